// The executor of the backend `cpu`: LibTorch on the CPU, with a worker thread a slot. So the whole live path
// runs without a GPU.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/cpu/job_frame.h"
#include "runtime/cpu/slot_worker.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "runtime/set_up_watch.h"
#include "workloads/workload.h"

namespace daris {

struct CpuRequest {
  const Workload* workload = nullptr;  // read only by create()
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  bool staged = true;      // by the models' default plans; else each model is one stage
  bool copies = true;      // copy inputs in and outputs out
  const Merging* merging = nullptr;  // as LiveWork; read only by create()
  std::uint64_t seed = 1;            // of the weights
  CpuHooks hooks;
  SetUpWatch watch;
};

// Contexts are mere numbers here: nothing keeps the threads of one off the cores of another.
class CpuExecutor final : public LiveExecutor {
 public:
  // Errors: a model that is not bundled, no memory for the models, or `request.watch` stopped it.
  [[nodiscard]] static Result<std::unique_ptr<CpuExecutor>> create(const CpuRequest& request,
                                                                   std::shared_ptr<const RunClock> clock);
  ~CpuExecutor() override;

  [[nodiscard]] std::vector<std::uint32_t> stages() const { return world_->models.stages(); }  // by task

  // Worker threads of each context.
  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return granted_; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override;
  void poll(PolledEvents& out) override;
  void drop(JobId job) override { frames_.release(job); }
  void abandon(ContextId context) override;
  [[nodiscard]] bool drain(Duration limit) override;
  [[nodiscard]] std::span<const std::string> notes() const override { return notes_; }

 private:
  struct Slot {
    std::shared_ptr<SlotWorker> worker;
    std::vector<JobId> ending;  // jobs that are complete when the running stage ends
    bool abandoned = false;
  };

  CpuExecutor(const CpuRequest& request, std::shared_ptr<const CpuWorld> world, std::size_t tasks);
  [[nodiscard]] bool any_busy() const;
  void note_first_failure(const std::string& reason);

  std::shared_ptr<const CpuWorld> world_;
  std::uint32_t streams_;
  std::vector<std::uint32_t> granted_;
  std::vector<Slot> slots_;
  JobFrames frames_;
  std::vector<std::shared_ptr<JobFrame>> posting_;  // scratch
  std::vector<std::string> notes_;
};

}  // namespace daris
