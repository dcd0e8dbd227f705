#include "analysis/report/report_table.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analysis/report/flat_config.h"
#include "analysis/report/text_table.h"
#include "base/json/json.h"

namespace daris {
namespace {

std::string fixed(const Json& value, int digits) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), digits);
}

std::string percent(const Json& rate) {
  return rate.is_null() ? "-" : fmt::format("{:.2f}%", rate.get<double>() * 100);
}

void append_level(TextRow& row, const Json& results, std::uint64_t priority) {
  const Json* const level = find_level(results, priority);
  if (level == nullptr) {
    row.insert(row.end(), 3, "-");
    return;
  }
  row.push_back(percent((*level)["deadline_miss_rate"]));
  const auto released = (*level)["released"].get<double>();
  row.push_back(released > 0 ? fmt::format("{:.1f}%", (*level)["rejected"].get<double>() / released * 100)
                             : "-");
  row.push_back(fixed((*level)["response_time_ms"]["p99"], 2));
}

TextRow header_row(const std::vector<std::string>& keys, const std::vector<std::uint64_t>& levels) {
  TextRow row;
  for (const std::string& key : keys) row.push_back(key.rfind("switches.", 0) == 0 ? key.substr(9) : key);
  row.insert(row.end(), {"jobs/s", "in time/s"});
  for (const std::uint64_t level : levels) {
    row.push_back(fmt::format("L{} missed", level));
    row.push_back(fmt::format("L{} rejected", level));
    row.push_back(fmt::format("L{} p99 ms", level));
  }
  row.insert(row.end(), {"slowdown", "<=MRET", "slots busy"});
  return row;
}

TextRow point_row(const Json& point, const FlatConfig& config, const std::vector<std::string>& keys,
                  const std::vector<std::uint64_t>& levels) {
  const Json& results = point["results"];
  TextRow row;
  for (const std::string& key : keys) {
    const std::string* value = find_setting(config, key);
    row.push_back(value == nullptr ? "-" : *value);
  }
  row.push_back(fixed(results["throughput_jobs_per_s"], 1));
  row.push_back(fixed(results["on_time_jobs_per_s"], 1));
  for (const std::uint64_t level : levels) append_level(row, results, level);
  row.push_back(fixed(results["stage_slowdown"]["mean"], 2));
  row.push_back(percent(results["estimate_coverage"]["mret"]));
  row.push_back(percent(results["slot_utilization"]));
  return row;
}

std::string shared_configuration(const FlatConfig& config, const std::vector<std::string>& differing) {
  std::string text;
  for (const auto& [key, value] : config) {
    if (value == "-" || std::find(differing.begin(), differing.end(), key) != differing.end()) continue;
    text += fmt::format("  {} = {}\n", key, value);
  }
  return text.empty() ? text : "All points:\n" + text + "\n";
}

}  // namespace

std::string report_table(const Json& report, std::size_t width_max) {
  const Json& points = report.at("points");
  if (points.empty()) return "The report has no points.\n";
  std::vector<FlatConfig> configs;
  configs.reserve(points.size());
  for (const Json& point : points) configs.push_back(flat_config(point));
  const std::vector<std::string> keys = differing_settings(configs);
  const std::vector<std::uint64_t> levels = levels_of(points);
  std::vector<TextRow> rows = {header_row(keys, levels)};
  for (std::size_t i = 0; i < points.size(); ++i)
    rows.push_back(point_row(points[i], configs[i], keys, levels));
  for (std::size_t column = 0; column < keys.size(); ++column) shorten_column(rows, column);
  return wrapped(shared_configuration(configs.front(), keys), width_max) +
         text_table(rows, {keys.size(), false, width_max}) +
         wrapped(
             "\nmissed: of admitted jobs, after their deadline. rejected: of released jobs. Ln: priority "
             "level "
             "n, 0 the highest.\n",
             width_max);
}

}  // namespace daris
