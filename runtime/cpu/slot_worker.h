// The thread of one slot of the cpu backend. It waits for a stage, runs it, and says how it ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "policy/event.h"
#include "policy/ids.h"
#include "runtime/cpu/job_frame.h"
#include "runtime/model_set.h"
#include "runtime/run_clock.h"

namespace daris {

// For tests: both are called by the slots' threads.
struct CpuHooks {
  std::function<void(JobId, StageIndex)> before_stage;          // may throw, or take its time
  std::function<void(JobId, const at::Tensor& output)> output;  // of a job that is complete
};

// Shared by all slots. A thread that hangs keeps it alive.
struct CpuWorld {
  ModelSet models;
  std::shared_ptr<const RunClock> clock;
  bool copies = true;
  CpuHooks hooks;
};

// Owned by the executor. Its thread has a share too, so that it can be left behind if it hangs.
class SlotWorker : public std::enable_shared_from_this<SlotWorker> {
 public:
  [[nodiscard]] static std::shared_ptr<SlotWorker> start(std::shared_ptr<const CpuWorld> world);

  struct Outcome {
    Time started;
    Duration execution;
    std::optional<LaunchFailure> failure;
    std::string reason;  // of the failure, as whoever threw it says
  };

  // Runs `stage` of the jobs of `frames` as one batch of `batch` inputs. REQUIRES: idle.
  void post(StageIndex stage, std::uint32_t batch, const std::vector<std::shared_ptr<JobFrame>>& frames);
  // Returns how the stage ended, once; nullopt if none has ended since the last call.
  [[nodiscard]] std::optional<Outcome> take();
  [[nodiscard]] bool busy() const { return state_.load(std::memory_order_acquire) == kPosted; }
  // Ends the thread; if it is busy, leaves it behind.
  void stop();

 private:
  enum State : std::uint32_t { kIdle, kPosted, kEnded, kQuit };

  explicit SlotWorker(std::shared_ptr<const CpuWorld> world) : world_(std::move(world)) {}
  void work();
  void run_stage();

  std::shared_ptr<const CpuWorld> world_;
  std::atomic<std::uint32_t> state_{kIdle};
  // Only the thread uses these while the state is kPosted; otherwise only the executor does.
  StageIndex stage_;
  std::uint32_t batch_ = 1;
  std::vector<std::shared_ptr<JobFrame>> frames_;
  Outcome outcome_;
  std::thread thread_;
};

}  // namespace daris
