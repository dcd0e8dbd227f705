// The whole simulator on the scene of bench/scene.h, with the metrics of a report attached: DARIS, stage by
// stage, and EDF over whole models. Beside it the same engine on std::priority_queue; bench/simpy_bench.py is
// the same model in SimPy. Items are stage completions.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <span>
#include <vector>

#include "analysis/report/metrics.h"
#include "bench/scene.h"
#include "policy/registry.h"
#include "sim/simulate.h"
#include "sim/simulation.h"

namespace daris {
namespace {

// Does what EventQueue does, on the standard library's heap: a moved time is pushed anew, and the entry that
// it made stale is skipped when it comes up.
class StdQueue {
 public:
  explicit StdQueue(std::uint32_t capacity) : times_(capacity, Time::never()), version_(capacity, 0) {}
  void set(std::uint32_t slot, Time time) {
    times_[slot] = time;
    queue_.push({time, slot, ++version_[slot]});
    skip_stale();
  }
  void clear(std::uint32_t slot) {
    times_[slot] = Time::never();
    ++version_[slot];
    skip_stale();
  }
  void assign(const std::uint64_t* marks, const double* times_ns) {
    for (std::uint32_t slot = 0; slot < times_.size(); ++slot) {
      if (marks[slot] == 0) continue;
      const Time time = Time::from_ns(static_cast<std::int64_t>(times_ns[slot]));
      if (time != times_[slot]) set(slot, time);
    }
  }
  [[nodiscard]] EventQueue::Event top() const {
    if (queue_.empty()) return {Time::never(), 0};
    return {queue_.top().time, queue_.top().slot};
  }

 private:
  struct Entry {
    Time time;
    std::uint32_t slot;
    std::uint32_t version;
    friend bool operator>(const Entry& a, const Entry& b) {
      return a.time != b.time ? a.time > b.time : a.slot > b.slot;
    }
  };
  void skip_stale() {
    while (!queue_.empty() && queue_.top().version != version_[queue_.top().slot]) queue_.pop();
  }
  std::vector<Time> times_;  // by slot
  std::vector<std::uint32_t> version_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

class StageCounter final : public Observer {
 public:
  void on_step(const Step& step) override { stages += static_cast<std::int64_t>(step.stages.size()); }
  void on_end(Time) override {}
  std::int64_t stages = 0;
};

template <class Queue>
void simulator(benchmark::State& state, const Scene& scene, const char* name) {
  StageCounter counter;
  for ([[maybe_unused]] auto _ : state) {
    const std::unique_ptr<Policy> policy = make_policy(name, scene.policy_setup).value();
    MetricsCollector metrics(scene.description);
    Observer* const observers[] = {&metrics, &counter};
    const SimulationSetup setup = scene.simulation();
    Simulation<Queue>(setup, *policy, observers).run();
    benchmark::DoNotOptimize(metrics.results().stages.finished);
  }
  state.SetItemsProcessed(counter.stages);
}

template <class Queue>
void daris_staged(benchmark::State& state) {
  static const Scene scene = make_scene(true);
  simulator<Queue>(state, scene, "daris");
}

template <class Queue>
void edf_whole(benchmark::State& state) {
  static const Scene scene = make_scene(false);
  simulator<Queue>(state, scene, "edf");
}

BENCHMARK(daris_staged<EventQueue>)->Name("simulator_resnet18")->Unit(benchmark::kMillisecond);
BENCHMARK(daris_staged<StdQueue>)
    ->Name("simulator_resnet18_std_priority_queue")
    ->Unit(benchmark::kMillisecond);
BENCHMARK(edf_whole<EventQueue>)->Name("simulator_resnet18_edf")->Unit(benchmark::kMillisecond);
BENCHMARK(edf_whole<StdQueue>)
    ->Name("simulator_resnet18_edf_std_priority_queue")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace daris
