// The common part of the backends `green` and `streams`: one process, one CUDA context, and the run loop's
// thread launches.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gpu/green_machine.h"
#include "profiles/partition.h"
#include "runtime/gpu/chain_store.h"
#include "runtime/hang_watch.h"
#include "runtime/live_backend.h"
#include "runtime/model_set.h"

namespace daris {

// Keeps weights for the next executor and, for one partition shape at a time, graphs.
// Exceptions of CUDA and Torch end here, as errors of the environment.
class InProcessBackend : public LiveBackend {
 public:
  [[nodiscard]] const MachineFacts& facts() const override { return facts_; }
  [[nodiscard]] std::optional<std::string> pci_bus_id() const override { return pci_bus_id_; }
  [[nodiscard]] IdleMode idle_mode() const override { return IdleMode::kSpin; }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return core_; }
  [[nodiscard]] std::uint32_t saturation_contexts(std::optional<std::uint32_t>) const override {
    return kSaturationContexts;
  }
  [[nodiscard]] Duration stage_limit() const override { return kStageLimit; }
  [[nodiscard]] Status check(const LiveWork& work) const override;
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work,
                                         std::shared_ptr<const RunClock> clock) override;
  [[nodiscard]] bool is_stuck() const override { return store_ != nullptr && store_.use_count() > 1; }
  void forget_graphs() override { shape_.reset(); }  // they go when the next executor is made

 protected:
  // Throws GpuError. REQUIRES: device < gpu_count().
  explicit InProcessBackend(int device);

  [[nodiscard]] GreenMachine& machine() { return machine_; }
  [[nodiscard]] int device() const { return device_; }

  // The streams of every slot, context by context. `shape` is the machine as `work` confines it. Throws
  // GpuError.
  [[nodiscard]] virtual std::vector<SlotStreams> slot_streams(const LiveWork& work, const MachineShape& shape,
                                                              const std::vector<ContextGrant>& grants) = 0;

 private:
  [[nodiscard]] Result<std::vector<ContextGrant>> grants_for(const LiveWork& work, MachineShape& shape) const;
  [[nodiscard]] std::vector<std::uint64_t> context_memory(const LiveWork& work) const;
  void enter(const LiveWork& work, const MachineShape& shape, const std::vector<ContextGrant>& grants);
  [[nodiscard]] Result<LiveMachine> make_or_throw(const LiveWork& work,
                                                  std::shared_ptr<const RunClock> clock);

  int device_;
  std::optional<std::uint32_t> core_;
  MachineFacts facts_;
  std::string pci_bus_id_;
  GreenMachine machine_;
  ModelCache models_;
  std::optional<Shape> shape_;
  std::shared_ptr<const ContextList> list_;  // of shape_, as store_ is
  std::shared_ptr<ChainStore> store_;
};

}  // namespace daris
