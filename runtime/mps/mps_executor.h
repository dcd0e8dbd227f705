// Slots in worker processes under MPS: the executor of the backend `mps`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/live_executor.h"
#include "runtime/mps/launch_gate.h"
#include "runtime/mps/worker_command.h"
#include "runtime/mps/worker_fleet.h"
#include "runtime/mps/worker_watch.h"
#include "runtime/run_clock.h"

namespace daris {

// launch() puts a command into memory that the worker spins on. poll() reads what the GPU itself writes at a
// stage's end. Neither calls the system, except for a look at one worker every quarter of a millisecond.
//
// A context is lost if its worker ends or is given up, or if a probe fails after another worker's end
// (worker_watch.h). A worker that is given up is terminated through MPS, beside the run, while the others
// rest (launch_gate.h).
class MpsExecutor final : public LiveExecutor {
 public:
  // `granted_sms` is by context, as measured. REQUIRES: the fleet is set up, nothing runs in it, and it has
  // no other executor.
  MpsExecutor(std::shared_ptr<WorkerFleet> fleet, std::vector<std::uint32_t> granted_sms,
              std::shared_ptr<const RunClock> clock);

  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return granted_sms_; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override;
  void poll(PolledEvents& out) override;
  void drop(JobId job) override;
  void abandon(ContextId context) override;
  // Returns false also if a worker that was given up has not ended by then.
  [[nodiscard]] bool drain(Duration limit) override;
  [[nodiscard]] std::span<const std::string> notes() const override { return watch_.notes(); }

 private:
  struct Slot {
    WorkerMemory shared;  // of its worker
    SlotReport* report = nullptr;
    const StampLine* line = nullptr;
    std::uint32_t posted = 0;  // launches so far; the worker counts those that it has dealt with
    bool busy = false;
  };

  [[nodiscard]] ContextId context_of(SlotId slot) const {
    return ContextId(slot.value() / fleet_->streams());
  }
  [[nodiscard]] bool serves(ContextId context) const;
  void poll_slot(SlotId slot, PolledEvents& out);
  void forget(ContextId context);
  void tend_gate(PolledEvents& out);
  [[nodiscard]] bool others_rest() const;
  [[nodiscard]] bool leaving_are_gone() const;
  [[nodiscard]] bool anything_runs() const;
  void tell_all(const WorkerCommand& command);
  [[nodiscard]] bool all_have_reset(std::uint32_t ticket) const;

  std::shared_ptr<WorkerFleet> fleet_;
  std::vector<std::uint32_t> granted_sms_;
  std::shared_ptr<const RunClock> clock_;
  WorkerWatch watch_;
  LaunchGate gate_;
  std::vector<Slot> slots_;
  std::vector<ContextLost> lost_before_;  // the next run is told of them
  std::vector<std::uint32_t> words_;
  std::uint32_t resets_ = 0;
};

}  // namespace daris
