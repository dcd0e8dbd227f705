#include "analysis/publication/printed_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>

#include "analysis/report/best_points.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

// These are one column, the shape.
constexpr std::array<std::string_view, 4> kShape{"contexts", "streams", "oversubscription", "shape"};
// These come first if points differ in them.
constexpr std::array<std::string_view, 3> kFirst{"task_set", "load", "priority_mix"};
// How long and from what was run: points.csv has it.
constexpr std::array<std::string_view, 10> kLeftOut{"duration_s", "warmup_s", "seed",       "replications",
                                                    "profile",    "model",    "saturation", "copies",
                                                    "device",     "load_by"};

template <std::size_t kCount>
bool is_one_of(const std::array<std::string_view, kCount>& names, const std::string& key) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

const FigureInfo& figure_named(std::span<const FigureInfo> figures, std::string_view name) {
  return *std::find_if(figures.begin(), figures.end(), [&](const auto& info) { return info.name == name; });
}

std::string setting(const FlatConfig& config, const std::string& key) {
  const std::string* const value = find_setting(config, key);
  return value == nullptr ? "-" : *value;
}

// "8 x 2 OS 1.5", "humanoid.json" of a partition, "-" if the policy settles it.
std::string shape_of(const FlatConfig& config) {
  if (std::string chosen = setting(config, "shape"); chosen != "-") return chosen;
  if (std::string listed = setting(config, "partition"); listed != "-") return listed;
  if (find_setting(config, "contexts") == nullptr) return "-";
  return setting(config, "contexts") + " x " + setting(config, "streams") + " OS " +
         setting(config, "oversubscription");
}

// What sets points apart, but for policy and shape.
struct Settings {
  std::vector<std::string> first, others;
};

Settings differing(std::span<const PublishedPoint> points) {
  std::vector<FlatConfig> configs;
  configs.reserve(points.size());
  for (const PublishedPoint& point : points) configs.push_back(point.config);
  Settings settings;
  for (const std::string& key : differing_settings(configs)) {
    if (key == "policy" || key == "partition" || is_one_of(kShape, key) || is_one_of(kLeftOut, key)) continue;
    if (is_of_policy(key, points)) continue;
    (is_one_of(kFirst, key) ? settings.first : settings.others).push_back(key);
  }
  return settings;
}

TableCell text_cell(std::string text) { return {CellKind::kText, std::move(text), {}, 0}; }

TableCell number_cell(const Measured& measured, int digits) {
  return {CellKind::kNumber, "", measured, digits};
}

TableCell percent_cell(const Measured& measured) { return {CellKind::kPercent, "", measured, 2}; }

void append_level(const Json& point, std::uint64_t priority, std::vector<TableCell>& row) {
  const Json* const level = find_level(point.at("results"), priority);
  if (level == nullptr) {
    row.insert(row.end(), 3, text_cell("-"));
    return;
  }
  const auto of = [&](std::string_view name) {
    return measure_level(figure_named(level_figures(), name), point, *level);
  };
  row.push_back(percent_cell(of("deadline_miss_rate")));
  row.push_back(percent_cell(of("rejection_rate")));
  row.push_back(number_cell(of("response_p99_ms"), 2));
}

std::vector<TableColumn> columns_of(const Settings& settings, bool several_reports,
                                    const std::vector<std::uint64_t>& levels) {
  std::vector<TableColumn> columns;
  if (several_reports) columns.push_back({"", "report", ""});
  for (const std::string& key : settings.first) columns.push_back({"", short_setting(key), ""});
  columns.push_back({"", "policy", ""});
  columns.push_back({"", "shape", ""});
  for (const std::string& key : settings.others) columns.push_back({"", short_setting(key), ""});
  columns.push_back({"", "point", ""});
  columns.push_back({"", "in time", "jobs/s"});
  columns.push_back({"", "work", "load"});
  for (const std::uint64_t level : levels) {
    const std::string group = fmt::format("level {}", level);
    columns.push_back({group, "missed", "%"});
    columns.push_back({group, "rejected", "%"});
    columns.push_back({group, "p99", "ms"});
  }
  return columns;
}

std::set<std::size_t> reports_of(std::span<const PublishedPoint> points) {
  std::set<std::size_t> reports;
  for (const PublishedPoint& point : points) reports.insert(point.report);
  return reports;
}

std::vector<std::string> notes_of(const Published& published, std::span<const PublishedPoint> points) {
  std::vector<std::string> notes;
  for (const std::size_t report : reports_of(points)) {
    const PublishedDocument& document = published.reports[report];
    notes.push_back(
        fmt::format("report {}: {}, {}", report + 1, printable(document.file), world_of(document.content)));
  }
  std::string shared;
  for (const std::string_view key :
       {"task_set", "load", "priority_mix", "backend", "duration_s", "replications"}) {
    const std::string value = setting(points.front().config, std::string(key));
    const bool same = std::all_of(points.begin(), points.end(), [&](const PublishedPoint& point) {
      return setting(point.config, std::string(key)) == value;
    });
    if (same && value != "-")
      shared += (shared.empty() ? "" : ", ") + short_setting(std::string(key)) + " = " + value;
  }
  if (!shared.empty()) notes.push_back("all rows: " + shared);
  notes.emplace_back(
      "missed: of admitted jobs; rejected: of released jobs; work: jobs in time over capacity");
  notes.emplace_back("behind a figure, where a point has one: half width or ends of its 95% interval");
  return notes;
}

}  // namespace

PrintedTable points_table(const Published& published, std::span<const PublishedPoint> points) {
  const Settings settings = differing(points);
  const bool several = reports_of(points).size() > 1;
  const std::vector<std::uint64_t> levels = levels_in(points);
  PrintedTable table;
  table.notes = notes_of(published, points);
  table.columns = columns_of(settings, several, levels);
  table.text_columns = (several ? 1 : 0) + settings.first.size() + 3 + settings.others.size();
  for (std::size_t c = 0; c < table.text_columns; ++c) {
    const std::string& heading = table.columns[c].heading;
    if (heading == "policy" || heading == "point") table.key_columns.push_back(c);
  }
  table.rows.reserve(points.size());
  for (const PublishedPoint& entry : points) {
    std::vector<TableCell>& row = table.rows.emplace_back();
    row.reserve(table.columns.size());
    if (several) row.push_back(text_cell(std::to_string(entry.report + 1)));
    for (const std::string& key : settings.first) row.push_back(text_cell(setting(entry.config, key)));
    row.push_back(text_cell(setting(entry.config, "policy")));
    row.push_back(text_cell(shape_of(entry.config)));
    for (const std::string& key : settings.others) row.push_back(text_cell(setting(entry.config, key)));
    const Json& point = *entry.point;
    row.push_back(text_cell(point.at("id").get<std::string>()));
    row.push_back(number_cell(measure(figure_named(point_figures(), "on_time_jobs_per_s"), point), 1));
    row.push_back(number_cell({work_in_time(point), {}, {}}, 3));
    for (const std::uint64_t level : levels) append_level(point, level, row);
  }
  return table;
}

std::vector<PublishedPoint> best_of(const Published& published, std::span<const PublishedPoint> points) {
  std::set<const Json*> best;
  for (const PublishedDocument& report : published.reports)
    for (const Json* const point : best_points(report.content["points"])) best.insert(point);
  std::vector<PublishedPoint> found;
  for (const PublishedPoint& point : points)
    if (best.contains(point.point)) found.push_back(point);
  return found;
}

}  // namespace daris
