#include "experiment/shape_search.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "analysis/report/headline.h"
#include "base/host/parallel.h"
#include "experiment/batch_limit.h"
#include "experiment/point_releases.h"
#include "experiment/possible_shapes.h"
#include "experiment/replication.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

constexpr Duration kPiece = Duration::from_ns(1'500'000'000);
constexpr Duration kWhole = Duration::from_ns(10'000'000'000);
constexpr std::int64_t kWarmupsInPiece = 3;     // of it is not counted
constexpr std::int64_t kDeadlinesInPiece = 10;  // so that a piece is long enough for slow tasks
constexpr std::size_t kFinalists = 3;
constexpr std::size_t kLatencyFinalists = 4;     // percentiles of a piece are rough
constexpr std::int64_t kLatencyCandidates = 16;  // about so many more, for latency
constexpr std::uint64_t kAdmittedMin = 100;      // a few jobs are no share

SettledConfig cut_to(SettledConfig config, Duration duration) {
  config.duration = std::min(config.duration, duration);
  config.warmup = std::min(config.warmup, Duration::from_ns(config.duration.ns() / kWarmupsInPiece));
  config.replications = 1;
  config.blame = false;
  return config;
}

double miss_rate_max(const RunDescription& run, const RunResults& results) {
  double most = 0;
  for (const auto& [level, tally] : tally_levels(run, results)) {
    const std::uint64_t admitted = std::max(tally.admitted, kAdmittedMin);
    most = std::max(most, static_cast<double>(tally.missed) / static_cast<double>(admitted));
  }
  return most;
}

double on_time_load(const Scenario& scenario, const RunResults& results) {
  double load = 0;
  for (std::size_t g = 0; g < results.groups.size(); ++g) {
    load += per_second(results.groups[g].window_on_time, results.window) /
            scenario.point.group_loads[g].saturation_jobs_per_s.value();
  }
  return load;
}

TriedShape outcome_of(const Scenario& scenario, const RunResults& results) {
  TriedShape tried;
  tried.shape = scenario.config.shape();
  tried.list = scenario.config.list;
  tried.switches = shape_switches(scenario.config);
  tried.simulated = scenario.config.duration;
  tried.on_time_jobs_per_s = per_second(tally_all(results).window_on_time, results.window);
  tried.on_time_load = on_time_load(scenario, results);
  tried.miss_rate_max = miss_rate_max(scenario.description, results);
  const std::map<std::uint32_t, Tally> levels = tally_levels(scenario.description, results);
  if (const auto level0 = levels.find(0); level0 != levels.end()) {
    tried.level0_released = level0->second.released;
    tried.level0_lost = level0->second.missed + level0->second.rejected_all();
    const Histogram& response_ns = level0->second.response_ns;
    if (response_ns.count() > 0) {
      constexpr std::uint32_t kP99Ppm = 990'000;
      tried.level0_p99 = Duration::from_ns(static_cast<std::int64_t>(response_ns.quantile(kP99Ppm)));
    }
  }
  return tried;
}

// A configuration that is ready to run.
struct Trial {
  Scenario scenario;
  std::unique_ptr<Policy> policy;
  ReleaseList releases;
};

// Errors: the point can't be had in this shape.
Result<Trial> set_up(const SettledConfig& config, const ScenarioInputs& inputs, CapacityCache& capacities) {
  const ReleaseLog* const log = inputs.workload.releases.get();
  DARIS_TRY_ASSIGN(Scenario scenario, make_scenario(config, "", inputs, capacities));
  scenario.injection = nullptr;  // what will disturb the run is not known before
  DARIS_TRY(settle_batch_limits(scenario, log));
  DARIS_TRY_ASSIGN(std::unique_ptr<Policy> policy, make_policy(config.policy, scenario.setup));
  DARIS_TRY_ASSIGN(ReleaseList releases, point_releases(config, scenario.workload, scenario.setup, log, 0));
  return Trial{std::move(scenario), std::move(policy), std::move(releases)};
}

// The first replication. Errors: the policy failed.
Result<TriedShape> simulate(const Trial& trial) {
  const auto failed = [&] { return trial.policy->failure() != nullptr; };
  const std::optional<RunResults> results = simulate_replication(
      trial.scenario, trial.scenario.setup, *trial.policy, trial.releases, nullptr, failed);
  DARIS_TRY(status_of(*trial.policy));
  return outcome_of(trial.scenario, results.value());
}

struct Outcome {
  bool fits = true;  // else `tried` says why the shape can't be had
  Result<TriedShape> tried;
};

Outcome try_out(const SettledConfig& config, const ScenarioInputs& inputs, CapacityCache& capacities) {
  const Result<Trial> trial = set_up(config, inputs, capacities);
  if (!trial.ok()) return {false, trial.error()};
  return {true, simulate(trial.value())};
}

// Shapes that can't be had are left out, unless `all` must be. Errors: the first, in the order of `configs`,
// of a shape that failed in its run; or of one that can't be had, if none can.
Result<std::vector<TriedShape>> try_all(const std::vector<SettledConfig>& configs, bool all,
                                        const ScenarioInputs& inputs, CapacityCache& capacities,
                                        std::size_t threads) {
  std::vector<std::optional<Outcome>> outcomes(configs.size());
  for_each_index(
      configs.size(), threads,
      [&](std::size_t i) { outcomes[i].emplace(try_out(configs[i], inputs, capacities)); },
      [] { return false; });
  std::vector<TriedShape> tried;
  tried.reserve(configs.size());
  for (std::optional<Outcome>& outcome : outcomes) {
    if (!outcome->fits && !all) continue;
    DARIS_TRY_ASSIGN(TriedShape one, std::move(outcome->tried));
    tried.push_back(one);
  }
  if (tried.empty()) return outcomes.front()->tried.error();
  return tried;
}

// The indices of those that are simulated whole.
std::vector<std::size_t> finalists_of(const std::vector<TriedShape>& tried, const ShapeObjective& best,
                                      ShapeGoal goal) {
  if (goal != ShapeGoal::kLatency) return best_shapes(tried, kFinalists, best);
  std::vector<std::size_t> places = best_shapes(tried, kLatencyFinalists, best);
  const std::size_t most = best_shape(tried);
  if (std::find(places.begin(), places.end(), most) == places.end()) places.push_back(most);
  return places;
}

Duration longest_deadline(const ScenarioInputs& inputs) {
  Duration longest;
  for (const TaskGroup& group : inputs.workload.task_set->contents.groups)
    longest = std::max(longest, group.deadline);
  return longest;
}

}  // namespace

Result<ShapeChoice> choose_shape(const SettledConfig& config, const ScenarioInputs& inputs,
                                 CapacityCache& capacities, ShapeObjective best, std::size_t threads) {
  if (!best) best = objective_of(config.goal);
  const Duration piece =
      std::max(kPiece, Duration::from_ns(kDeadlinesInPiece * longest_deadline(inputs).ns()));
  ShapeChoice choice;
  choice.profile = inputs.profile->name;
  choice.for_latency = config.goal == ShapeGoal::kLatency;
  DARIS_TRY_ASSIGN(std::vector<SettledConfig> candidates, possible_shapes(config, inputs));
  for (SettledConfig& candidate : candidates) candidate = cut_to(std::move(candidate), piece);
  DARIS_TRY_ASSIGN(choice.tried, try_all(candidates, false, inputs, capacities, threads));
  const std::vector<std::size_t> places = finalists_of(choice.tried, best, config.goal);
  std::vector<SettledConfig> few;
  few.reserve(places.size());
  for (const std::size_t place : places) few.push_back(cut_to(in_shape(config, choice.tried[place]), kWhole));
  DARIS_TRY_ASSIGN(const std::vector<TriedShape> finalists, try_all(few, true, inputs, capacities, threads));
  for (std::size_t i = 0; i < places.size(); ++i) choice.tried[places[i]] = finalists[i];
  const std::size_t winner = best(finalists);
  choice.taken = places[winner];
  choice.why = reason_of(finalists, winner, best, config.goal);
  return choice;
}

Duration searched_time(const SettledConfig& config) {
  const bool for_latency = config.goal == ShapeGoal::kLatency;
  auto pieces = static_cast<std::int64_t>(shape_candidates(config).size());
  if (for_latency) pieces += kLatencyCandidates;
  const std::int64_t piece = std::min(config.duration, kPiece).ns();
  const std::int64_t whole = std::min(config.duration, kWhole).ns();
  const auto finalists = static_cast<std::int64_t>(for_latency ? kLatencyFinalists + 1 : kFinalists);
  return Duration::from_ns(pieces * piece + finalists * whole);
}

}  // namespace daris
