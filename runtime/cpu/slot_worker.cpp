#include "runtime/cpu/slot_worker.h"

#include <ATen/Parallel.h>

#include <exception>
#include <new>
#include <utility>

#include "base/check.h"
#include "runtime/cpu/stage_run.h"

namespace daris {

std::shared_ptr<SlotWorker> SlotWorker::start(std::shared_ptr<const CpuWorld> world) {
  std::shared_ptr<SlotWorker> worker(new SlotWorker(std::move(world)));
  worker->thread_ = std::thread([worker] { worker->work(); });
  return worker;
}

void SlotWorker::post(StageIndex stage, std::uint32_t batch,
                      const std::vector<std::shared_ptr<JobFrame>>& frames) {
  DARIS_CHECK(state_.load(std::memory_order_acquire) == kIdle);
  stage_ = stage;
  batch_ = batch;
  frames_.assign(frames.begin(), frames.end());
  state_.store(kPosted, std::memory_order_release);
  state_.notify_one();
}

std::optional<SlotWorker::Outcome> SlotWorker::take() {
  if (state_.load(std::memory_order_acquire) != kEnded) return std::nullopt;
  frames_.clear();
  state_.store(kIdle, std::memory_order_relaxed);
  return outcome_;
}

void SlotWorker::stop() {
  if (busy()) return thread_.detach();
  state_.store(kQuit, std::memory_order_release);
  state_.notify_one();
  thread_.join();
}

// Torch gets one thread a slot: the slot's own. So slots don't share Torch's pool of threads.
void SlotWorker::work() {
  at::set_num_threads(1);
  for (;;) {
    std::uint32_t state = state_.load(std::memory_order_acquire);
    if (state == kQuit) return;
    if (state != kPosted) {
      state_.wait(state, std::memory_order_acquire);
      continue;
    }
    run_stage();
    state_.store(kEnded, std::memory_order_release);
  }
}

// Torch's exceptions end here: a stage that threw comes back as a launch that failed.
void SlotWorker::run_stage() {
  outcome_.started = world_->clock->now();
  outcome_.failure.reset();
  outcome_.reason.clear();
  try {
    run_stage_of_jobs(*world_, stage_, batch_, frames_);
  } catch (const std::bad_alloc&) {
    outcome_.failure = LaunchFailure::kOutOfMemory;
  } catch (const std::exception& error) {
    outcome_.failure = LaunchFailure::kDeviceError;
    outcome_.reason = error.what();
  }
  outcome_.execution = world_->clock->now() - outcome_.started;
}

}  // namespace daris
