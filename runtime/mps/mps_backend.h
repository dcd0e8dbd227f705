// The backend `mps`: a worker process for each context, with its percentage of the SMs. This process makes no
// CUDA context.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "profiles/partition.h"
#include "runtime/hang_watch.h"
#include "runtime/live_backend.h"
#include "runtime/mps/worker_fleet.h"

namespace daris {

struct MpsMachine {
  MachineFacts facts;
  std::string pci_bus_id;
  std::uint32_t sms = 0;  // of the whole GPU
  int device = 0;
  std::vector<std::string> worker;  // program and arguments that start a worker
};

// Keeps daemon and workers for the next executor of the same partition shape, and with them weights and
// graphs. A fleet that has lost a worker is started anew. Under `--sms N` a context gets as many SMs as on a
// GPU of N SMs, in percent of the real GPU. MPS limits how many SMs a context has, not which, so contexts
// that overlap may spread over up to OS * N. Threads: one, which lives as long as this
// (base/host/child_process.h).
class MpsBackend final : public LiveBackend {
 public:
  explicit MpsBackend(MpsMachine machine);

  [[nodiscard]] Backend kind() const override { return Backend::kMps; }
  [[nodiscard]] const MachineFacts& facts() const override { return machine_.facts; }
  [[nodiscard]] std::optional<std::string> pci_bus_id() const override { return machine_.pci_bus_id; }
  [[nodiscard]] IdleMode idle_mode() const override { return core_ ? IdleMode::kSpin : IdleMode::kNap; }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return core_; }
  [[nodiscard]] std::uint32_t saturation_contexts(std::optional<std::uint32_t> sms) const override;
  [[nodiscard]] Duration stage_limit() const override { return kStageLimit; }
  [[nodiscard]] Status check(const LiveWork& work) const override;
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work,
                                         std::shared_ptr<const RunClock> clock) override;
  void forget_graphs() override { fleet_.reset(); }

 private:
  [[nodiscard]] MachineShape whole_machine() const;
  [[nodiscard]] Result<std::vector<ContextGrant>> grants_for(const LiveWork& work) const;
  [[nodiscard]] Status enter(const LiveWork& work);

  MpsMachine machine_;
  std::optional<std::uint32_t> core_;
  std::shared_ptr<WorkerFleet> fleet_;
};

}  // namespace daris
