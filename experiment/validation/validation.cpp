#include "experiment/validation/validation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <utility>

#include "analysis/report/report.h"
#include "experiment/validation/repeats.h"

namespace daris {
namespace {

constexpr std::size_t kGroupings = 6;

// Which prediction of a live point.
enum class Kind { kOwn, kLiveDecisions, kNoContention };

// Predictions of all live points, as far as there are any.
struct Predictions {
  std::vector<Point> points;
  std::vector<std::size_t> live;               // by point: the live one that it predicts
  std::map<std::size_t, std::string> reasons;  // by live point: why there is none
};

bool is_asked(const LivePoint& live, const PredictionSettings& settings, Kind kind) {
  if (kind == Kind::kNoContention) return settings.references && is_hard(live.point);
  return kind == Kind::kOwn || settings.schedule;
}

// A file that is wrong for one point is no mistake of the command: it says why the point is not covered.
Predictions settle_all(const std::vector<LivePoint>& live, const PredictionSettings& settings, Kind kind,
                       PointRunner& runner) {
  Predictions predictions;
  Inputs inputs;
  const auto settled = [&](const LivePoint& one) -> Result<Point> {
    DARIS_TRY_ASSIGN(RunConfig config, prediction_of(one, settings, inputs));
    if (kind == Kind::kNoContention) config.model = kNoContentionModel;
    if (kind == Kind::kLiveDecisions) {
      DARIS_TRY_ASSIGN(config, with_live_decisions(one, config));
    }
    DARIS_TRY_ASSIGN(Point point, runner.settle(config));
    DARIS_TRY(runner.check(point));
    return point;
  };
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!is_asked(live[i], settings, kind)) continue;
    Result<Point> point = settled(live[i]);
    if (point.ok()) {
      predictions.points.push_back(std::move(point).value());
      predictions.live.push_back(i);
    } else {
      predictions.reasons[i] = point.error().message;
    }
  }
  return predictions;
}

// Simulated points by their live ones. A point that failed gets its reason.
Result<std::map<std::size_t, Json>> run_predictions(Predictions& predictions, PointRunner& runner,
                                                    std::size_t threads,
                                                    const ValidationCallbacks& callbacks) {
  std::mutex mutex;
  std::map<std::size_t, Json> simulated;
  const auto done = [&](std::size_t index, Json point) -> Status {
    const std::lock_guard lock(mutex);
    simulated[predictions.live[index]] = std::move(point);
    callbacks.advance();
    return {};
  };
  const auto failed = [&](std::size_t index, const Error& reason) {
    const std::lock_guard lock(mutex);
    predictions.reasons[predictions.live[index]] = reason.message;
    callbacks.advance();
  };
  DARIS_TRY(runner.run_all(predictions.points, threads, callbacks.stopped, done, failed));
  return simulated;
}

std::array<std::pair<std::string, std::string>, kGroupings> settings_of_group(const LivePoint& live) {
  const Json& config = live.point.at("config");
  return {{{"difficulty", is_hard(live.point) ? "hard" : "easy"},
           {"gpu", gpu_of(live)},
           {"backend", config.value("backend", "")},
           {"policy", config.value("policy", "")},
           {"shape", shape_of(live.point)},
           {"task_set", config.value("task_set", Json("")).get<std::string>()}}};
}

// Groups of one setting stand together, in the order in which their first points stand.
std::vector<ValidationGroup> group_points(const std::vector<ValidatedPoint>& points) {
  std::array<std::vector<ValidationGroup>, kGroupings> by_setting;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto settings = settings_of_group(*points[i].live);
    for (std::size_t s = 0; s < settings.size(); ++s) {
      std::vector<ValidationGroup>& groups = by_setting[s];
      auto group = std::find_if(groups.begin(), groups.end(), [&](const ValidationGroup& known) {
        return known.value == settings[s].second;
      });
      if (group == groups.end())
        group = groups.insert(groups.end(), {settings[s].first, settings[s].second, {}});
      group->points.push_back(i);
    }
  }
  std::vector<ValidationGroup> all;
  for (std::vector<ValidationGroup>& groups : by_setting) {
    for (ValidationGroup& group : groups) all.push_back(std::move(group));
  }
  return all;
}

std::vector<FigureSummary> summary_of_points(const Validation& validation,
                                             const std::vector<std::size_t>& points) {
  std::vector<const std::vector<PointFigure>*> figures;
  figures.reserve(points.size());
  for (const std::size_t point : points) figures.push_back(&validation.points[point].figures);
  return summarise(figures);
}

// Predictions of the live points that are asked for it, by live point.
Result<std::map<std::size_t, FurtherPrediction>> further_predictions(const std::vector<LivePoint>& live,
                                                                     const PredictionSettings& settings,
                                                                     Kind kind, PointRunner& runner,
                                                                     std::size_t threads,
                                                                     const ValidationCallbacks& callbacks) {
  Predictions predictions = settle_all(live, settings, kind, runner);
  using SimulatedPoints = std::map<std::size_t, Json>;
  DARIS_TRY_ASSIGN(const SimulatedPoints simulated, run_predictions(predictions, runner, threads, callbacks));
  std::map<std::size_t, FurtherPrediction> further;
  for (const auto& [i, point] : simulated) further[i].figures = compare_points(live[i].point, point);
  for (const auto& [i, reason] : predictions.reasons) further[i].reason = reason;
  return further;
}

ScheduleComparison compare_schedules(const std::vector<ValidatedPoint>& points) {
  std::vector<const std::vector<PointFigure>*> own, live;
  for (const ValidatedPoint& point : points) {
    if (!point.scheduled || point.scheduled->figures.empty()) continue;
    own.push_back(&point.figures);
    live.push_back(&point.scheduled->figures);
  }
  return {own.size(), summarise(own), summarise(live)};
}

void sum_up(Validation& validation) {
  std::vector<std::size_t> all(validation.points.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  validation.summary = summary_of_points(validation, all);
  validation.groups = group_points(validation.points);
  validation.rankings = rank_shapes(validation.points);
  validation.references = score_references(validation.points);
  validation.schedule = compare_schedules(validation.points);
}

}  // namespace

std::size_t simulations_of(const std::vector<LivePoint>& live, const PredictionSettings& settings) {
  std::size_t simulations = 0;
  for (const LivePoint& one : live) {
    for (const Kind kind : {Kind::kOwn, Kind::kLiveDecisions, Kind::kNoContention})
      simulations += is_asked(one, settings, kind) ? 1 : 0;
  }
  return simulations;
}

Result<Validation> validate(const std::vector<LivePoint>& live, const PredictionSettings& settings,
                            PointRunner& runner, std::size_t threads, const ValidationCallbacks& callbacks) {
  Predictions predictions = settle_all(live, settings, Kind::kOwn, runner);
  using SimulatedPoints = std::map<std::size_t, Json>;
  DARIS_TRY_ASSIGN(const SimulatedPoints simulated, run_predictions(predictions, runner, threads, callbacks));
  using Further = std::map<std::size_t, FurtherPrediction>;
  const auto further = [&](Kind kind) {
    return further_predictions(live, settings, kind, runner, threads, callbacks);
  };
  DARIS_TRY_ASSIGN(const Further scheduled, further(Kind::kLiveDecisions));
  DARIS_TRY_ASSIGN(const Further without_contention, further(Kind::kNoContention));
  const Repeats repeats(live);
  Validation validation;
  for (std::size_t p = 0; p < predictions.points.size(); ++p) {
    const std::size_t i = predictions.live[p];
    const auto found = simulated.find(i);
    if (found == simulated.end()) continue;
    ValidatedPoint point;
    point.live = &live[i];
    point.runs = repeats.runs(i);
    point.simulated_id = predictions.points[p].id;
    point.provenance =
        make_report(ReportKind::kSimulated, runner.provenance(predictions.points[p]), {}).at("provenance");
    point.differences = differences_of(live[i], found->second, point.provenance);
    point.figures = compare_points(live[i].point, found->second);
    repeats.fill_spreads(i, point.figures);
    point.cause = cause_of_error(live[i].point, found->second);
    if (const auto one = scheduled.find(i); one != scheduled.end()) point.scheduled = one->second;
    if (const auto one = without_contention.find(i); one != without_contention.end())
      point.without_contention = one->second;
    validation.points.push_back(std::move(point));
  }
  for (const auto& [i, reason] : predictions.reasons) validation.uncovered.push_back({&live[i], reason});
  sum_up(validation);
  return validation;
}

std::vector<FigureSummary> summary_of(const Validation& validation, const ValidationGroup& group) {
  return summary_of_points(validation, group.points);
}

std::vector<std::size_t> worst_points(const Validation& validation) {
  const auto size = [&](std::size_t index) {
    return std::abs(run_figure(validation.points[index].figures, kThroughputFigure).error.value_or(0));
  };
  std::vector<std::size_t> order(validation.points.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  order.resize(std::min(order.size(), kWorstPoints));
  return order;
}

}  // namespace daris
