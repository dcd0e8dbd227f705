#include "profiles/profiler/gpu/closed_loop.h"

#include <chrono>

#include "gpu/check.h"

namespace daris {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Loop {
 public:
  Loop(const std::vector<LoopSlot>& slots, const LoopWindow& window)
      : slots_(slots), window_(window), flags_(slots.size()), states_(slots.size()) {}

  double run() {
    start_ = Clock::now();
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) launch(slot);
    while (!done())
      for (std::size_t slot = 0; slot < slots_.size(); ++slot) poll(slot);
    for (const LoopSlot& slot : slots_) DARIS_CUDA(cudaStreamSynchronize(slot.stream));
    double jobs_per_s = 0;
    for (const State& state : states_) jobs_per_s += state.jobs / (state.last_s - state.first_s);
    return jobs_per_s;
  }

 private:
  struct State {
    std::size_t job = 0;
    std::size_t stage = 0;
    std::uint32_t launched = 0;
    double first_s = -1;  // of the completion that opens the slot's count
    double last_s = -1;
    std::uint32_t jobs = 0;  // completed after it
  };

  void launch(std::size_t slot) {
    State& state = states_[slot];
    DARIS_CUDA(cudaGraphLaunch(slots_[slot].jobs[state.job][state.stage], slots_[slot].stream));
    flags_.enqueue_write(slots_[slot].stream, slot, ++state.launched);
  }

  void poll(std::size_t slot) {
    State& state = states_[slot];
    if (flags_.load(slot) != state.launched) return;
    if (++state.stage == slots_[slot].jobs[state.job].size()) {
      state.stage = 0;
      state.job = (state.job + 1) % slots_[slot].jobs.size();
      launch(slot);  // first, so that counting costs the GPU nothing
      count(state);
    } else {
      launch(slot);
    }
  }

  void count(State& state) {
    const double now_s = seconds_since(start_);
    if (now_s < window_.warm_up_s) return;
    if (state.first_s < 0) {
      state.first_s = now_s;
    } else {
      ++state.jobs;
      state.last_s = now_s;
    }
  }

  bool done() const {
    const double now_s = seconds_since(start_);
    if (now_s < window_.warm_up_s + window_.window_s) return false;
    bool enough = true;
    for (const State& state : states_) enough = enough && state.jobs >= window_.jobs_min;
    if (!enough && now_s > window_.cap_s) throw GpuError("a closed loop completed too few jobs in its time");
    return enough;
  }

  const std::vector<LoopSlot>& slots_;
  const LoopWindow& window_;
  MappedWords flags_;
  std::vector<State> states_;
  Clock::time_point start_;
};

}  // namespace

double closed_loop_jobs_per_s(const std::vector<LoopSlot>& slots, const LoopWindow& window) {
  return Loop(slots, window).run();
}

void keep_busy(const std::vector<LoopSlot>& slots, const std::atomic<bool>& stop,
               std::atomic<bool>& running) {
  constexpr std::uint32_t kDepth = 2;
  MappedWords flags(slots.size());
  std::vector<std::uint32_t> launched(slots.size(), 0);
  while (!stop.load(std::memory_order_relaxed)) {
    bool all_ran = true;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      const std::uint32_t ended = flags.load(slot);
      all_ran = all_ran && ended > 0;
      if (launched[slot] - ended >= kDepth) continue;
      const auto& jobs = slots[slot].jobs;
      for (const cudaGraphExec_t graph : jobs[launched[slot] % jobs.size()])
        DARIS_CUDA(cudaGraphLaunch(graph, slots[slot].stream));
      flags.enqueue_write(slots[slot].stream, slot, ++launched[slot]);
    }
    if (all_ran) running.store(true, std::memory_order_relaxed);
  }
  for (const LoopSlot& slot : slots) DARIS_CUDA(cudaStreamSynchronize(slot.stream));
}

}  // namespace daris
