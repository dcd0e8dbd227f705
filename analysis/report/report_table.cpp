#include "analysis/report/report_table.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "base/printable_text.h"

namespace daris {
namespace {

std::string config_text(const Json& value) {
  if (value.is_string()) return printable(value.get<std::string>());
  if (value.is_null()) return "-";
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  return value.dump();
}

// Appends the keys of a configuration with their values as texts. A key in an object is "switches.bound".
void flatten(const Json& config, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& [key, value] : config.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + ".", out);
    } else {
      out.emplace_back(prefix + key, config_text(value));
    }
  }
}

using Config = std::vector<std::pair<std::string, std::string>>;

const std::string* find(const Config& config, const std::string& key) {
  const auto found =
      std::find_if(config.begin(), config.end(), [&](const auto& entry) { return entry.first == key; });
  return found == config.end() ? nullptr : &found->second;
}

// A shape that was chosen stands in the configuration as it was taken.
void name_chosen_shape(const Json& choice, Config& config) {
  const std::string text =
      fmt::format("{} x {} OS {} (auto)", config_text(choice["contexts"]), config_text(choice["streams"]),
                  config_text(choice["oversubscription"]));
  for (auto& [key, value] : config) {
    if (key == "shape") value = text;
  }
}

// The keys whose values differ between points, or that some points lack, in order of first appearance.
std::vector<std::string> differing_keys(const std::vector<Config>& configs) {
  std::vector<std::string> keys;
  for (const Config& config : configs) {
    for (const auto& [key, unused] : config) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      const std::string* first = find(configs.front(), key);
      const bool same = first != nullptr &&
                        std::all_of(configs.begin(), configs.end(), [&, wanted = key](const Config& other) {
                          const std::string* value = find(other, wanted);
                          return value != nullptr && *value == *first;
                        });
      if (!same) keys.push_back(key);
    }
  }
  return keys;
}

std::string fixed(const Json& value, int digits) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), digits);
}

std::string percent(const Json& rate) {
  return rate.is_null() ? "-" : fmt::format("{:.2f}%", rate.get<double>() * 100);
}

std::vector<std::uint64_t> priorities(const Json& points) {
  std::vector<std::uint64_t> all;
  for (const Json& point : points) {
    for (const Json& level : point["results"]["levels"])
      all.push_back(level["priority"].get<std::uint64_t>());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void append_level(TextRow& row, const Json& results, std::uint64_t priority) {
  const Json& levels = results["levels"];
  const auto level = std::find_if(levels.begin(), levels.end(),
                                  [&](const Json& entry) { return entry["priority"] == priority; });
  if (level == levels.end()) {
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

TextRow point_row(const Json& point, const Config& config, const std::vector<std::string>& keys,
                  const std::vector<std::uint64_t>& levels) {
  const Json& results = point["results"];
  TextRow row;
  for (const std::string& key : keys) {
    const std::string* value = find(config, key);
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

std::string shared_configuration(const Config& config, const std::vector<std::string>& differing) {
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
  std::vector<Config> configs;
  for (const Json& point : points) {
    flatten(point.at("config"), "", configs.emplace_back());
    if (point.contains("shape")) name_chosen_shape(point["shape"], configs.back());
  }
  const std::vector<std::string> keys = differing_keys(configs);
  const std::vector<std::uint64_t> levels = priorities(points);
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
