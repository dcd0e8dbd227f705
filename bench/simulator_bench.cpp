// The whole simulator: the paper's ResNet18 set at load 1.5 under DARIS, 6 contexts at OS = 2, with the
// metrics of a report attached; beside it the same engine on std::priority_queue. Items are stage
// completions.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <span>
#include <vector>

#include "analysis/report/metrics.h"
#include "analysis/report/run_description.h"
#include "policy/registry.h"
#include "profiles/profile_json.h"
#include "sim/afet.h"
#include "sim/gpu_model_builder.h"
#include "sim/saturation.h"
#include "sim/simulate.h"
#include "sim/simulated_setup.h"
#include "sim/simulation.h"
#include "workloads/scaling.h"
#include "workloads/workload.h"

namespace daris {
namespace {

constexpr std::uint32_t kContexts = 6;
constexpr std::int64_t kSecond = 1'000'000'000;

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

template <typename T>
T must(Result<T> result) {
  DARIS_CHECK(result.ok());
  return std::move(result).value();
}

TaskGroup cameras(const char* name, std::uint32_t count, std::uint32_t priority) {
  TaskGroup group;
  group.name = name;
  group.count = count;
  group.model = "resnet18";
  group.priority = priority;
  group.period = group.deadline = Duration::from_ns(kSecond / 30);
  return group;
}

// Everything but the run itself.
struct Scene {
  GpuModel gpu;
  HostLatencies latencies;
  Workload workload;
  ReleaseList releases;
  PolicySetup policy_setup;
  RunDescription description;
};

Scene make_scene() {
  const Profile profile = must(read_profile(DARIS_BENCH_PROFILE));
  const ContentionParameters contention = must(read_contention(DARIS_BENCH_CONTENTION));
  SaturationRequest saturation;
  saturation.profile = &profile;
  saturation.contention = &contention;
  saturation.model = "resnet18";
  const double capacity = must(simulated_saturation_jobs_per_s(saturation));

  Scene scene;
  TaskSet paper;
  paper.name = "resnet18-paper";
  paper.groups = {cameras("high", 16, 0), cameras("low", 32, 1)};
  Scaling scaling;
  scaling.load = 1.5;
  scene.workload = make_workload(must(scale(paper, scaling, {capacity, capacity})).set);
  GpuModelRequest request;
  request.profile = &profile;
  request.workload = &scene.workload;
  request.contention = &contention;
  request.shape = {Backend::kGreen, kContexts, 1, 2000};
  request.grants = must(make_partition(request.machine, request.shape));
  scene.gpu = must(build_gpu_model(request)).gpu;
  scene.latencies = host_latencies(profile, Backend::kGreen);
  const Time end = Time::from_ns(2 * kSecond);
  scene.releases = make_releases(scene.workload, 1, 0, end + Duration::from_ns(kSecond / 30));
  scene.policy_setup =
      make_simulated_setup(scene.gpu, scene.workload, average_full_load_times(scene.gpu, scene.latencies),
                           scene.latencies, PolicySwitches());
  scene.description = describe_run(scene.workload, scene.policy_setup, Time::from_ns(kSecond / 2), end);
  return scene;
}

class StageCounter final : public Observer {
 public:
  void on_step(const Step& step) override { stages += static_cast<std::int64_t>(step.stages.size()); }
  void on_end(Time) override {}
  std::int64_t stages = 0;
};

template <class Queue>
void simulator(benchmark::State& state) {
  static const Scene scene = make_scene();
  StageCounter counter;
  for ([[maybe_unused]] auto _ : state) {
    const std::unique_ptr<Policy> policy = must(make_policy("daris", scene.policy_setup));
    MetricsCollector metrics(scene.description);
    Observer* const observers[] = {&metrics, &counter};
    const SimulationSetup setup{&scene.gpu,      &scene.policy_setup,          scene.releases,
                                scene.latencies, scene.description.window_end, {}};
    Simulation<Queue>(setup, *policy, observers).run();
    benchmark::DoNotOptimize(metrics.results().stages.finished);
  }
  state.SetItemsProcessed(counter.stages);
}
BENCHMARK(simulator<EventQueue>)->Name("simulator_resnet18")->Unit(benchmark::kMillisecond);
BENCHMARK(simulator<StdQueue>)->Name("simulator_resnet18_std_priority_queue")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace daris
