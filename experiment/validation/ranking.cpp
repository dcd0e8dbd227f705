#include "experiment/validation/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/report/statistics.h"
#include "base/number_text.h"
#include "experiment/validation/kendall.h"
#include "experiment/validation/summary.h"

namespace daris {
namespace {

constexpr std::size_t kShapesMin = 3;
constexpr const char* kWorth = "on_time_jobs_per_s";
constexpr const char* kEnergy = "energy_j_per_job";
constexpr const char* kUrgentMisses = "deadline_miss_rate";

struct ShapeWorth {
  std::string shape;
  std::vector<double> live, simulated;                // by point
  std::vector<double> runs;                           // live runs of all points
  std::vector<double> live_energy, simulated_energy;  // of points of which both are known
  std::vector<double> energy_runs;                    // live runs of all points
};

struct Group {
  std::string key;
  std::string label;
  std::vector<ShapeWorth> shapes;
};

// What points of one ranking share.
std::string key_of_group(const LivePoint& live) {
  Json config = live.point.at("config");
  for (const char* const key :
       {"backend", "contexts", "streams", "oversubscription", "shape", "goal", "partition", "duration_s",
        "warmup_s", "seed", "replications", "saturation", "releases"})
    config.erase(key);
  return Json{config, live.provenance.value("gpu", Json()), live.provenance.value("driver", Json())}.dump();
}

std::string label_of_group(const Json& point) {
  const Json& config = point.at("config");
  std::string label = fmt::format("{}, {}", config.value("task_set", Json("?")).get<std::string>(),
                                  config.value("policy", "?"));
  const Json load = config.value("load", Json());
  if (load.is_number()) label += ", load " + number_text(load.get<double>());
  return label;
}

// The most urgent level is the first of a point's figures.
const PointFigure* urgent_misses(const std::vector<PointFigure>& figures) {
  const auto found = std::find_if(figures.begin(), figures.end(), [](const PointFigure& figure) {
    return figure.level && figure.name == kUrgentMisses;
  });
  return found != figures.end() ? &*found : nullptr;
}

double worth(const PointFigure& in_time, const PointFigure* misses,
             std::optional<double> PointFigure::*side) {
  if (misses != nullptr && (misses->*side).value_or(0) > 0) return 0;
  return (in_time.*side).value_or(0);
}

// A figure of each live run of a point, as far as its report has the runs.
Json runs_of(const ValidatedPoint& point, const PointFigure* figure) {
  const Json& values = point.live->point.at("confidence").at("values");
  return figure != nullptr ? values.value(replications_key(*figure), Json::array()) : Json::array();
}

std::vector<double> worth_of_runs(const ValidatedPoint& point) {
  const Json in_time = runs_of(point, &run_figure(point.figures, kWorth));
  const Json misses = runs_of(point, urgent_misses(point.figures));
  std::vector<double> worths;
  for (std::size_t run = 0; run < in_time.size(); ++run) {
    if (!in_time[run].is_number()) continue;
    const bool missed = run < misses.size() && misses[run].is_number() && misses[run].get<double>() > 0;
    worths.push_back(missed ? 0 : in_time[run].get<double>());
  }
  return worths;
}

Group& group_of(std::vector<Group>& groups, const LivePoint& live) {
  const std::string key = key_of_group(live);
  const auto known =
      std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.key == key; });
  if (known != groups.end()) return *known;
  return groups.emplace_back(Group{key, label_of_group(live.point), {}});
}

void add_point(Group& group, const ValidatedPoint& point) {
  const std::string shape = shape_of(point.live->point);
  auto known = std::find_if(group.shapes.begin(), group.shapes.end(),
                            [&](const ShapeWorth& one) { return one.shape == shape; });
  if (known == group.shapes.end())
    known = group.shapes.insert(group.shapes.end(), ShapeWorth{shape, {}, {}, {}, {}, {}, {}});
  const PointFigure& in_time = run_figure(point.figures, kWorth);
  const PointFigure* const misses = urgent_misses(point.figures);
  known->live.push_back(worth(in_time, misses, &PointFigure::live));
  known->simulated.push_back(worth(in_time, misses, &PointFigure::simulated));
  for (const double run : worth_of_runs(point)) known->runs.push_back(run);
  const PointFigure& energy = run_figure(point.figures, kEnergy);
  if (!energy.live || !energy.simulated) return;
  known->live_energy.push_back(*energy.live);
  known->simulated_energy.push_back(*energy.simulated);
  for (const Json& run : runs_of(point, &energy)) {
    if (run.is_number()) known->energy_runs.push_back(run.get<double>());
  }
}

// How far runs of one configuration lie apart in a figure of the run, as a share.
double spread_of_runs(const std::vector<ValidatedPoint>& points, const char* name) {
  std::vector<const std::vector<PointFigure>*> figures;
  figures.reserve(points.size());
  for (const ValidatedPoint& point : points) figures.push_back(&point.figures);
  for (const FigureSummary& summary : summarise(figures)) {
    if (!summary.level && summary.figure == name) return summary.spread.value_or(0);
  }
  return 0;
}

std::size_t least_of(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
}

// `costs[chosen]` over the least; nullopt if that is 0.
std::optional<double> over_least(const std::vector<double>& costs, std::size_t chosen) {
  const double least = costs[least_of(costs)];
  return least > 0 ? std::optional<double>(costs[chosen] / least) : std::nullopt;
}

void compare_repeated_energy(const Group& group, ShapeRanking& ranking) {
  std::vector<double> first, second;
  for (const ShapeWorth& shape : group.shapes) {
    if (shape.energy_runs.size() < 2) return;
    first.push_back(shape.energy_runs[0]);
    second.push_back(shape.energy_runs[1]);
  }
  ranking.repeat_cheapest_costs = over_least(second, least_of(first));
}

void compare_energy(const Group& group, double tie, ShapeRanking& ranking) {
  std::vector<double> live, simulated;
  for (const ShapeWorth& shape : group.shapes) {
    if (shape.live_energy.empty()) return;
    live.push_back(mean(shape.live_energy));
    simulated.push_back(mean(shape.simulated_energy));
  }
  const std::size_t chosen = least_of(simulated);
  ranking.live_cheapest = group.shapes[least_of(live)].shape;
  ranking.simulated_cheapest = group.shapes[chosen].shape;
  ranking.cheapest_costs = over_least(live, chosen);
  ranking.cheapest_tied = ranking.cheapest_costs && *ranking.cheapest_costs <= 1 + tie;
  compare_repeated_energy(group, ranking);
}

ShapeRanking ranking_of(const Group& group, double tie, double energy_tie) {
  std::vector<double> live, simulated, first, second;
  bool repeated = true;
  for (const ShapeWorth& shape : group.shapes) {
    live.push_back(mean(shape.live));
    simulated.push_back(mean(shape.simulated));
    repeated = repeated && shape.runs.size() >= 2;
    if (!repeated) continue;
    first.push_back(shape.runs[0]);
    second.push_back(shape.runs[1]);
  }
  ShapeRanking ranking;
  ranking.label = group.label;
  ranking.shapes = group.shapes.size();
  ranking.tau_b = kendall_tau_b(simulated, live, tie);
  if (repeated) ranking.repeat_tau_b = kendall_tau_b(first, second, tie);
  const auto best = std::max_element(live.begin(), live.end()) - live.begin();
  const auto chosen = std::max_element(simulated.begin(), simulated.end()) - simulated.begin();
  ranking.live_best = group.shapes[static_cast<std::size_t>(best)].shape;
  ranking.simulated_best = group.shapes[static_cast<std::size_t>(chosen)].shape;
  if (const double most = live[static_cast<std::size_t>(best)]; most > 0)
    ranking.kept = live[static_cast<std::size_t>(chosen)] / most;
  compare_energy(group, energy_tie, ranking);
  return ranking;
}

}  // namespace

std::vector<ShapeRanking> rank_shapes(const std::vector<ValidatedPoint>& points) {
  std::vector<Group> groups;
  for (const ValidatedPoint& point : points) add_point(group_of(groups, *point.live), point);
  const double tie = spread_of_runs(points, kWorth);
  const double energy_tie = spread_of_runs(points, kEnergy);
  std::vector<ShapeRanking> rankings;
  for (const Group& group : groups) {
    if (group.shapes.size() >= kShapesMin) rankings.push_back(ranking_of(group, tie, energy_tie));
  }
  return rankings;
}

}  // namespace daris
