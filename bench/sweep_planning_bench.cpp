// Planning a sweep: each point gets its id and is checked before the first one runs. It is compared with the
// way before checks left the estimates out, which made the whole scenario of each point. Items are points.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiment/capacity.h"
#include "experiment/scenario.h"
#include "experiment/simulated/simulated_runner.h"
#include "experiment/sweep/sweep_file.h"
#include "experiment/sweep/sweep_run.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

// A corner of the demo's grid.
constexpr char kSweep[] = R"({"schema": "daris.sweep", "version": 1,
  "task_sets": ["resnet18-paper", "unet-paper", "inception-v3-paper", "mixed-paper"],
  "grid": {"load": [0.8, 1, 1.2, 1.5], "contexts": [2, 4, 8], "oversubscription": [1, 2, "contexts"]},
  "variants": [{"policy": "daris"}, {"policy": "daris", "bound": 0.9}, {"policy": "edf"},
               {"policy": "batching"}]})";

template <typename T>
T must(Result<T> result) {
  DARIS_CHECK(result.ok());
  return std::move(result).value();
}

std::size_t plan(const Sweep& sweep) {
  SimulatedRunner runner;
  const SweepFolder folder("/nonexistent");
  return must(settle_sweep(sweep, {}, must(FinishedPoints::of(folder)), runner)).to_run.size();
}

std::size_t plan_by_whole_scenarios(const Sweep& sweep) {
  SimulatedRunner runner;
  Inputs inputs;
  std::set<std::string> known;
  for (std::size_t i = 0; i < sweep.size; ++i) {
    const Point point = must(runner.settle(must(sweep.config(i))));
    if (!known.insert(point.id).second) continue;
    SettledConfig config = point.config;
    const ScenarioInputs files = must(read_scenario_inputs(inputs, config));
    CapacityCache fresh;
    const Scenario scenario = must(make_scenario(config, point.id, files, fresh));
    DARIS_CHECK(make_policy(config.policy, scenario.setup).ok());
  }
  return known.size();
}

template <typename Plan>
double seconds_of(Plan plan_once, const Sweep& sweep) {
  const auto start = std::chrono::steady_clock::now();
  benchmark::DoNotOptimize(plan_once(sweep));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The counter `speedup` is the time of the old way over that of this one, both taken in each round.
void sweep_planning(benchmark::State& state) {
  const Sweep sweep = must(parse_sweep(kSweep, "sweep_planning"));
  double old_s = 0;
  double new_s = 0;
  std::int64_t points = 0;
  for ([[maybe_unused]] auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    points += static_cast<std::int64_t>(plan(sweep));
    new_s += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    state.PauseTiming();
    old_s += seconds_of(plan_by_whole_scenarios, sweep);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(points);
  state.counters["speedup"] = old_s / new_s;
}
BENCHMARK(sweep_planning)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace daris
