// The engine of a worker on a real GPU. It is one client of MPS, with a stream for each of its slots.
#pragma once

#include <cuda.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/gpu/chain_store.h"
#include "runtime/gpu/slot_launcher.h"
#include "runtime/model_set.h"
#include "runtime/mps/worker_loop.h"

namespace daris {

// Keeps weights, cuDNN's choices and graphs from one setup to the next.
class GpuEngine final : public WorkerEngine {
 public:
  [[nodiscard]] Result<WorkerReady> set_up(const WorkerSetup& setup, std::span<StampLine> lines,
                                           const SetUpWatch& watch) override;
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override;
  [[nodiscard]] std::uint32_t launched(SlotId slot) const override { return launcher_->launched(slot); }
  void end(SlotId slot) override { launcher_->end(slot); }
  void drop(JobId job) override { launcher_->drop(job); }
  void reset() override { launcher_->reset(); }
  void begin_probe() override;
  [[nodiscard]] bool probe_ended() override;
  [[nodiscard]] std::optional<std::string> fault() override;

  // Becomes SlotLauncher::output of every launcher that is set up from here on.
  std::function<void(JobId, const at::Tensor&)> output;

 private:
  // Lives as long as the process, on the device that the first setup names.
  struct Gpu {
    Gpu(const WorkerSetup& setup, std::span<StampLine> lines);

    int device;
    ModelCache models;
    CUstream probe;  // beside the slots' streams
    std::vector<SlotStreams> slots;
    std::uint32_t granted_sms;
    std::unique_ptr<ChainStore> store;
  };

  [[nodiscard]] Result<WorkerReady> set_up_or_throw(const WorkerSetup& setup, std::span<StampLine> lines,
                                                    const SetUpWatch& watch);

  std::unique_ptr<Gpu> gpu_;
  std::unique_ptr<SlotLauncher> launcher_;
  std::size_t next_look_ = 0;
  std::optional<std::string> fault_;
};

}  // namespace daris
