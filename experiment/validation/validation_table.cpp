#include "experiment/validation/validation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "analysis/report/text_table.h"
#include "base/printable_text.h"

namespace daris {
namespace {

constexpr std::size_t kDifferencesMax = 12;
constexpr std::size_t kGroupRowsMax = 20;
constexpr std::size_t kValueWidthMax = 60;

std::string percent(double value) { return fmt::format("{:.1f}%", 100 * value); }
std::string signed_percent(double value) { return fmt::format("{:+.1f}%", 100 * value + 0.0); }

// "response p99 ms, level 1"
std::string name_of(const FigureSummary& summary) {
  std::string name = summary.figure;
  std::replace(name.begin(), name.end(), '_', ' ');
  return summary.level ? fmt::format("{}, level {}", name, *summary.level) : name;
}

TextRow cells_of(const FigureSummary& summary) {
  const auto cell = [&](const std::string& text) { return summary.points > 0 ? text : std::string("-"); };
  return {std::to_string(summary.points),     cell(percent(summary.mean)),
          cell(percent(summary.p90)),         cell(percent(summary.largest)),
          cell(signed_percent(summary.bias)), summary.spread ? percent(*summary.spread) : "-"};
}

TextRow heading(std::vector<std::string> first) {
  for (const char* const name : {"points", "mean error", "9 of 10", "largest", "bias", "live spread"})
    first.emplace_back(name);
  return first;
}

std::string summary_table(const Validation& validation, std::size_t width_max) {
  std::vector<TextRow> rows{heading({"figure"})};
  for (const FigureSummary& summary : validation.summary) {
    TextRow row{name_of(summary)};
    for (std::string& cell : cells_of(summary)) row.push_back(std::move(cell));
    rows.push_back(std::move(row));
  }
  return text_table(rows, {.left_columns = 1, .width_max = width_max});
}

// Settings in which all points agree have no rows, and those of many values neither.
std::string group_table(const Validation& validation, std::size_t width_max) {
  std::map<std::string, std::size_t> values;
  for (const ValidationGroup& group : validation.groups) ++values[group.by];
  std::vector<TextRow> rows{heading({"throughput by", ""})};
  for (const ValidationGroup& group : validation.groups) {
    if (values[group.by] < 2 || values[group.by] > kGroupRowsMax) continue;
    for (const FigureSummary& summary : summary_of(validation, group)) {
      if (summary.figure != kThroughputFigure) continue;
      TextRow row{group.by, printable(group.value)};
      for (std::string& cell : cells_of(summary)) row.push_back(std::move(cell));
      rows.push_back(std::move(row));
    }
  }
  return rows.size() > 1 ? "\n" + text_table(rows, {.left_columns = 2, .width_max = width_max}) : "";
}

// The shape that takes the least energy for a job, by either side.
std::string cheapest_table(const Validation& validation, std::size_t width_max) {
  std::vector<TextRow> rows{
      {"cheapest shape", "live", "simulated", "takes of the least", "tied", "of live runs"}};
  for (const ShapeRanking& one : validation.rankings) {
    if (!one.cheapest_costs) continue;
    rows.push_back({printable(one.label), one.live_cheapest, one.simulated_cheapest,
                    percent(*one.cheapest_costs), one.cheapest_tied ? "yes" : "no",
                    one.repeat_cheapest_costs ? percent(*one.repeat_cheapest_costs) : "-"});
  }
  return rows.size() > 1 ? "\n" + text_table(rows, {.left_columns = 1, .width_max = width_max}) : "";
}

std::string ranking_table(const Validation& validation, std::size_t width_max) {
  if (validation.rankings.empty()) return "";
  const auto number = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.2f}", *value) : std::string("-");
  };
  std::vector<TextRow> rows{{"order of shapes", "shapes", "tau-b", "of live runs", "live best",
                             "simulated best", "gives of the best"}};
  for (const ShapeRanking& one : validation.rankings) {
    rows.push_back({printable(one.label), std::to_string(one.shapes), number(one.tau_b),
                    number(one.repeat_tau_b), one.live_best, one.simulated_best,
                    one.kept ? percent(*one.kept) : "-"});
  }
  return "\n" + text_table(rows, {.left_columns = 1, .width_max = width_max}) +
         cheapest_table(validation, width_max);
}

std::string reference_table(const Validation& validation, std::size_t width_max) {
  if (validation.references.empty()) return "";
  std::vector<TextRow> rows{heading({"hard points", ""})};
  for (const ReferenceScore& score : validation.references) {
    for (const FigureSummary& summary : score.summary) {
      TextRow row{score.name, name_of(summary)};
      for (std::string& cell : cells_of(summary)) row.push_back(std::move(cell));
      rows.push_back(std::move(row));
    }
  }
  return "\n" + text_table(rows, {.left_columns = 2, .width_max = width_max});
}

// Means of the errors with the policy's own decisions and with those of the live logs.
std::string schedule_table(const Validation& validation, std::size_t width_max) {
  const ScheduleComparison& schedule = validation.schedule;
  if (schedule.points == 0) return "";
  std::vector<TextRow> rows{{"mean error", "points", "own decisions", "live decisions"}};
  for (std::size_t i = 0; i < std::min(schedule.own_decisions.size(), schedule.live_decisions.size()); ++i) {
    const FigureSummary& own = schedule.own_decisions[i];
    const FigureSummary& live = schedule.live_decisions[i];
    if (own.points == 0 || live.points == 0) continue;
    rows.push_back({name_of(own), std::to_string(live.points), percent(own.mean), percent(live.mean)});
  }
  return "\n" + text_table(rows, {.left_columns = 1, .width_max = width_max});
}

std::string not_scheduled_text(const Validation& validation, std::size_t width_max) {
  std::map<std::string, std::size_t> reasons;
  for (const ValidatedPoint& point : validation.points) {
    if (point.scheduled && !point.scheduled->reason.empty()) ++reasons[point.scheduled->reason];
  }
  std::string text;
  for (const auto& [reason, points] : reasons)
    text += fmt::format("  {} not with live decisions: {}\n", points, printable(reason));
  return wrapped(text, width_max);
}

std::string short_text(const Json& value) {
  std::string text = printable(value.is_string() ? value.get<std::string>() : value.dump());
  if (text_width(text) <= kValueWidthMax) return text;
  return "..." + std::string(end_of_width(text, kValueWidthMax - 3));
}

// The differences that most points have, each with the number of its points.
std::string differences_text(const Validation& validation, std::size_t width_max) {
  std::map<std::array<std::string, 3>, std::size_t> counts;
  for (const ValidatedPoint& point : validation.points) {
    for (const Difference& one : point.differences)
      ++counts[{one.field, short_text(one.live), short_text(one.simulated)}];
  }
  std::vector<std::pair<std::size_t, std::array<std::string, 3>>> order;
  order.reserve(counts.size());
  for (const auto& [difference, points] : counts) order.emplace_back(points, difference);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<TextRow> rows{{"differs before the run", "live", "simulated", "points"}};
  for (const auto& [points, one] : order) {
    if (rows.size() > kDifferencesMax) break;
    rows.push_back({printable(one[0]), one[1], one[2], std::to_string(points)});
  }
  std::string text = rows.size() > 1 ? text_table(rows, {.left_columns = 3, .width_max = width_max}) : "";
  if (order.size() > kDifferencesMax)
    text += fmt::format("and {} more differences, in the document\n", order.size() - kDifferencesMax);
  return text.empty() ? "" : text + "\n";
}

std::string coverage_text(const Validation& validation) {
  const std::size_t all = validation.points.size() + validation.uncovered.size();
  std::string text = fmt::format("{} of {} live points are simulated\n", validation.points.size(), all);
  std::map<std::string, std::size_t> reasons;
  for (const UncoveredPoint& point : validation.uncovered) ++reasons[point.reason];
  for (const auto& [reason, points] : reasons)
    text += fmt::format("  {} not: {}\n", points, printable(reason));
  return text + "\n";
}

std::string worst_text(const Validation& validation) {
  std::string text = "\nworst in throughput:\n";
  for (const std::size_t index : worst_points(validation)) {
    const ValidatedPoint& point = validation.points[index];
    const std::optional<double> error = run_figure(point.figures, kThroughputFigure).error;
    if (!error) continue;
    text += fmt::format("  {:>7}  {}\n", signed_percent(*error), printable(label_of(point.live->point)));
    if (point.cause) text += fmt::format("           {}: {}\n", point.cause->name, point.cause->text);
  }
  return text;
}

std::string number_cell(const std::optional<double>& value) {
  return value ? fmt::format("{:.0f}", *value) : "-";
}

std::string error_cell(const std::optional<double>& error) { return error ? signed_percent(*error) : "-"; }

// The errors of a figure over the levels: "+1.2%, -3.4%".
std::string errors_by_level(const ValidatedPoint& point, const std::string& name) {
  std::string text;
  for (const PointFigure& figure : point.figures) {
    if (!figure.level || figure.name != name) continue;
    text += (text.empty() ? "" : ", ") + error_cell(figure.error);
  }
  return text.empty() ? "-" : text;
}

}  // namespace

std::string validation_table(const Validation& validation, std::size_t width_max) {
  std::string text = wrapped(coverage_text(validation), width_max);
  if (validation.points.empty()) return text;
  return text + differences_text(validation, width_max) + summary_table(validation, width_max) +
         group_table(validation, width_max) + reference_table(validation, width_max) +
         ranking_table(validation, width_max) + schedule_table(validation, width_max) +
         not_scheduled_text(validation, width_max) + wrapped(worst_text(validation), width_max);
}

std::string validation_points_table(const Validation& validation, std::size_t width_max) {
  std::vector<TextRow> rows{{"point", "runs", "live jobs/s", "simulated", "error", "in time",
                             "missed by level", "rejected by level", "mean by level", "p99 by level",
                             "cause"}};
  for (const ValidatedPoint& point : validation.points) {
    const PointFigure& throughput = run_figure(point.figures, kThroughputFigure);
    rows.push_back({printable(label_of(point.live->point)), std::to_string(point.runs),
                    number_cell(throughput.live), number_cell(throughput.simulated),
                    error_cell(throughput.error),
                    error_cell(run_figure(point.figures, "on_time_jobs_per_s").error),
                    errors_by_level(point, "deadline_miss_rate"), errors_by_level(point, "rejection_rate"),
                    errors_by_level(point, "response_mean_ms"), errors_by_level(point, "response_p99_ms"),
                    point.cause ? point.cause->name : "-"});
  }
  return text_table(rows, {.left_columns = 1, .width_max = width_max});
}

}  // namespace daris
