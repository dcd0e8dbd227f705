// Slots of one GPU in this process: the executor of the backends `green` and `streams`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/gpu/slot_launcher.h"
#include "runtime/gpu/stage_stamps.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"

namespace daris {

// Each stage is one graph launch by the run loop's own thread. poll() reads the stamps that the GPU writes
// into host memory. A stage that hangs can't be taken off the GPU, so an abandoned context keeps its SMs.
// After an error of CUDA all contexts are lost.
class GpuExecutor final : public LiveExecutor {
 public:
  struct Parts {
    std::shared_ptr<ChainStore> store;
    std::unique_ptr<SlotLauncher> launcher;
    std::vector<std::uint32_t> granted_sms;
    std::uint32_t streams = 1;  // per context
    std::shared_ptr<const RunClock> clock;
  };
  explicit GpuExecutor(Parts parts);
  // If a stage still runs, all that it may touch is left behind until the process ends.
  ~GpuExecutor() override;

  [[nodiscard]] SlotLauncher& launcher() { return *parts_.launcher; }

  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return parts_.granted_sms; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override;
  void poll(PolledEvents& out) override;
  void admitted(JobId job) override { parts_.launcher->admitted(job); }
  void drop(JobId job) override { parts_.launcher->drop(job); }
  void abandon(ContextId context) override;
  [[nodiscard]] bool drain(Duration limit) override;

 private:
  enum class SlotState : std::uint8_t { kIdle, kBusy, kAbandoned, kAbandonedBusy };

  [[nodiscard]] std::optional<Duration> ended(std::size_t slot) const;
  [[nodiscard]] bool any_busy() const;
  void look_for_errors(PolledEvents& out);
  void lose_all(PolledEvents& out);

  Parts parts_;
  std::vector<SlotState> states_;
  std::uint32_t polls_ = 0;
  bool broken_ = false;  // an error of CUDA, after which nothing works in this process
  bool told_ = false;    // the run loop knows that all contexts are lost
};

}  // namespace daris
