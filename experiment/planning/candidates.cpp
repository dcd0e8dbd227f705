#include "experiment/planning/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
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
constexpr std::array<std::string_view, 3> kBounds{"0.8", "0.9", "1"};

bool obeys_bound(const RunConfig& config) {
  const PolicyInfo* const policy = find_policy(config.policy);
  return std::find(policy->switches.begin(), policy->switches.end(), "bound") != policy->switches.end();
}

bool is_shape_given(const RunConfig& config) {
  return !config.partition.empty() ||
         std::any_of(kShapeKeys.begin(), kShapeKeys.end(), [&](auto key) { return is_given(config, key); });
}

double share_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

Result<std::vector<Candidate>> candidates_of(const RunConfig& config) {
  std::vector<Candidate> all;
  for (const Backend backend : kBackends) {
    RunConfig on = config;
    if (!is_given(config, "backend")) on.backend = backend;
    if (on.backend != backend) continue;
    on.automatic_shape = !is_shape_given(config) && !find_policy(config.policy)->single_slot;
    DARIS_TRY_ASSIGN(const SettledConfig settled, normalise(on, World::kSimulated));
    if (!settled.automatic_shape) {
      all.push_back({on, settled.shape()});
      continue;
    }
    for (const SettledConfig& shaped : shape_candidates(settled))
      all.push_back({with_shape(on, shaped.shape()), shaped.shape()});
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

std::vector<Candidate> other_bounds(const Candidate& candidate) {
  const std::optional<double> own = bound_of(candidate);
  const std::vector<std::string_view>& given = candidate.config.given_switches;
  if (!own || std::find(given.begin(), given.end(), "bound") != given.end()) return {};
  std::vector<Candidate> others;
  for (const std::string_view bound : kBounds) {
    if (parse_number(bound) == own) continue;
    Candidate other = candidate;
    const Status set = set_run_switch(other.config, "bound", bound);
    DARIS_CHECK(set.ok());
    others.push_back(std::move(other));
  }
  return others;
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
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    RunConfig config = candidates[i].config;
    config.scaling.load = load_of(i);
    Result<Point> point = runner.settle(config);
    const Status possible = point.ok() ? runner.check(point.value()) : Status(point.error());
    if (!possible.ok()) {
      all.failures.push_back({i, possible.error().message});
      continue;
    }
    points.push_back(std::move(point).value());
    places.push_back(i);
  }
  if (points.empty()) return Error{all.failures.front().reason};
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
