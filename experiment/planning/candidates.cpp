#include "experiment/planning/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/check.h"
#include "base/number_text.h"
#include "base/parse_value.h"
#include "experiment/normalise.h"
#include "experiment/planning/shaped_config.h"
#include "experiment/run_options.h"
#include "experiment/shape_ranking.h"
#include "experiment/shape_search.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr std::array kBackends{Backend::kGreen, Backend::kMps, Backend::kStreams};
constexpr std::array<std::uint32_t, 11> kContexts{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15};
constexpr std::array<std::uint32_t, 3> kStreams{1, 2, 3};
constexpr std::array<std::uint32_t, 4> kOversubscriptions{1500, 2000, 2500, 3000};  // in thousandths
constexpr std::array<std::uint32_t, 3> kBounds{800, 900, 1000};                     // likewise

bool obeys_bound(const RunConfig& config) {
  const PolicyInfo* const policy = find_policy(config.policy);
  return std::find(policy->switches.begin(), policy->switches.end(), "bound") != policy->switches.end();
}

bool is_shape_given(const RunConfig& config) {
  return !config.partition.empty() ||
         std::any_of(kShapeKeys.begin(), kShapeKeys.end(), [&](auto key) { return is_given(config, key); });
}

bool is_bound_open(const RunConfig& config) {
  const std::vector<std::string_view>& given = config.given_switches;
  return obeys_bound(config) && std::find(given.begin(), given.end(), "bound") == given.end();
}

// The step below a value and the one above it.
std::vector<std::uint32_t> steps_beside(std::span<const std::uint32_t> steps, std::uint32_t value) {
  std::vector<std::uint32_t> beside;
  const auto above = std::upper_bound(steps.begin(), steps.end(), value);
  const auto here = std::lower_bound(steps.begin(), steps.end(), value);
  if (here != steps.begin()) beside.push_back(*(here - 1));
  if (above != steps.end()) beside.push_back(*above);
  return beside;
}

std::uint32_t in_thousandths(double value) { return static_cast<std::uint32_t>(std::lround(1000 * value)); }

std::vector<Shape> shapes_beside(const Shape& shape) {
  std::vector<Shape> all;
  for (const std::uint32_t contexts : steps_beside(kContexts, shape.contexts)) {
    all.push_back(shape);
    all.back().contexts = contexts;
    all.back().oversubscription_milli = std::max(shape.oversubscription_milli, kOversubscriptions.front());
  }
  for (const std::uint32_t streams : steps_beside(kStreams, shape.streams)) {
    all.push_back(shape);
    all.back().streams = streams;
  }
  for (const std::uint32_t milli : steps_beside(kOversubscriptions, shape.oversubscription_milli)) {
    all.push_back(shape);
    all.back().oversubscription_milli = milli;
  }
  return all;
}

double share_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

Result<std::vector<Candidate>> candidates_of(const RunConfig& config) {
  if (config.goal == ShapeGoal::kLatency)
    return Error{
        "goal: \"latency\" is for --shape auto; a recommendation looks for the highest load: leave it out"};
  std::vector<Candidate> all;
  for (const Backend backend : kBackends) {
    RunConfig on = config;
    if (!is_given(config, "backend")) on.backend = backend;
    if (on.backend != backend) continue;
    on.automatic_shape = !is_shape_given(config) && !find_policy(config.policy)->single_slot;
    DARIS_TRY_ASSIGN(const SettledConfig settled, normalise(on, World::kSimulated));
    if (!settled.automatic_shape) {
      all.push_back({on, settled.shape(), false, is_bound_open(on)});
      continue;
    }
    for (const SettledConfig& shaped : shape_candidates(settled))
      all.push_back({with_shape(on, shaped.shape()), shaped.shape(), true, is_bound_open(on)});
  }
  if (all.empty()) return Error{"backend: only green, mps and streams can be simulated"};
  return all;
}

std::optional<double> bound_of(const Candidate& candidate) {
  if (!obeys_bound(candidate.config)) return std::nullopt;
  const Result<SettledConfig> settled = normalise(candidate.config, World::kSimulated);
  DARIS_CHECK(settled.ok());  // it was when the candidate was made
  return parse_number(switch_value(settled.value().switches, "bound"));
}

std::vector<Candidate> neighbours_of(const Candidate& candidate) {
  std::vector<Candidate> all;
  if (candidate.shape_open) {
    for (const Shape& shape : shapes_beside(candidate.shape)) {
      const Result<SettledConfig> settled = normalise(with_shape(candidate.config, shape), World::kSimulated);
      if (!settled.ok() || settled.value().shape() == candidate.shape) continue;
      all.push_back(candidate);
      all.back().shape = settled.value().shape();
      all.back().config = with_shape(candidate.config, all.back().shape);
    }
  }
  if (!candidate.bound_open) return all;
  for (const std::uint32_t step : steps_beside(kBounds, in_thousandths(*bound_of(candidate)))) {
    all.push_back(candidate);
    const Status set = set_run_switch(all.back().config, "bound", number_text(step / 1000.0));
    DARIS_CHECK(set.ok());
  }
  return all;
}

std::string candidate_text(const Candidate& candidate) {
  const std::optional<double> bound = bound_of(candidate);
  return shape_text(candidate.shape) + (bound ? ", bound " + number_text(*bound) : "");
}

Result<CandidateRuns> run_candidates(const std::vector<Candidate>& candidates, const Objectives& objectives,
                                     const std::function<std::optional<double>(std::size_t)>& load_of,
                                     PointRunner& runner, std::size_t threads,
                                     const std::function<bool()>& stopped) {
  CandidateRuns all;
  std::vector<Point> points;
  std::vector<std::size_t> places;  // of the points
  std::optional<Error> first;       // why a candidate was left out
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    RunConfig config = candidates[i].config;
    config.scaling.load = load_of(i);
    Result<Point> point = runner.settle(config);
    const Status possible = point.ok() ? runner.check(point.value()) : Status(point.error());
    if (!possible.ok()) {
      if (!first) first = possible.error();
      all.failures.push_back({i, possible.error().message});
      continue;
    }
    points.push_back(std::move(point).value());
    places.push_back(i);
  }
  if (points.empty()) return *first;
  std::vector<std::optional<Json>> ran(points.size());  // each thread writes another
  std::vector<std::optional<Error>> failed(points.size());
  const auto done = [&](std::size_t i, Json point) {
    ran[i] = std::move(point);
    return Status();
  };
  DARIS_TRY(runner.run_all(points, threads, stopped, done,
                           [&](std::size_t i, const Error& reason) { failed[i] = reason; }));
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (failed[i]) all.failures.push_back({places[i], failed[i]->message});
    if (!ran[i]) continue;
    Verdict verdict = objectives.judge(*ran[i]);
    all.runs.push_back({places[i], *std::move(ran[i]), std::move(verdict)});
  }
  if (all.runs.empty())
    return environment_error(all.failures.empty() ? "interrupted" : all.failures.front().reason);
  return all;
}

double on_time_jobs_per_s(const Json& point) {
  return point.at("results").at("on_time_jobs_per_s").get<double>();
}

std::optional<double> urgent_p99_ms(const Json& point) {
  const Json& levels = point.at("results").at("levels");
  const Json& p99 = levels.at(0).at("response_time_ms").at("p99");
  return p99.is_null() ? std::nullopt : std::optional<double>(p99.get<double>());
}

std::vector<double> capacities_of(const Json& point) {
  std::vector<double> capacities;
  for (const Json& load : point.at("loads"))
    capacities.push_back(load.at("saturation_jobs_per_s").get<double>());
  return capacities;
}

TriedShape tried_of(const Json& point, const std::vector<double>& capacities) {
  const Json& results = point.at("results");
  TriedShape tried;
  tried.shape = shape_of_point(point).value_or(Shape());
  tried.on_time_jobs_per_s = on_time_jobs_per_s(point);
  for (std::size_t g = 0; g < capacities.size(); ++g)
    tried.on_time_load += results.at("tasks").at(g).at("on_time_jobs_per_s").get<double>() / capacities[g];
  for (const Json& level : results.at("levels")) {
    const auto missed = level.at("missed").get<std::uint64_t>();
    const double admitted = std::max(level.at("admitted").get<double>(), Objectives::kAdmittedMin);
    tried.miss_rate_max = std::max(tried.miss_rate_max, share_of(static_cast<double>(missed), admitted));
    if (level.at("priority") != 0) continue;
    tried.level0_released = level.at("released").get<std::uint64_t>();
    tried.level0_lost = missed + level.at("rejected").get<std::uint64_t>();
  }
  return tried;
}

std::vector<std::size_t> best_runs(const std::vector<CandidateRun>& runs, std::size_t count,
                                   const std::vector<double>& capacities) {
  std::vector<std::size_t> order;
  for (const bool holds : {true, false}) {
    std::vector<std::size_t> places;
    std::vector<TriedShape> tried;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].verdict.holds != holds) continue;
      places.push_back(i);
      tried.push_back(tried_of(runs[i].point, capacities));
    }
    if (tried.empty()) continue;
    for (const std::size_t best : best_shapes(tried, count, best_shape)) order.push_back(places[best]);
  }
  order.resize(std::min(order.size(), count));
  return order;
}

}  // namespace daris
