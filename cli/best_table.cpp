#include "cli/best_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "policy/switches.h"

namespace daris {
namespace {

using Row = std::vector<std::string>;

std::string text_of(const Json& value) {
  if (value.is_null()) return "as written";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// What the points of one row have in common.
std::string key_of(const Json& config) {
  std::string key;
  for (const char* const name : {"task_set", "load", "load_by", "priority_mix", "backend", "sms", "policy"}) {
    key += config.at(name).dump() + "|";
  }
  return key;
}

std::string switches_of(const Json& config) {
  std::string text;
  const PolicySwitches defaults;
  for (const auto& [key, value] : config.at("switches").items()) {
    if (value == switch_value(defaults, key)) continue;
    text += (text.empty() ? "" : " ") + key + "=" + text_of(value);
  }
  return text;
}

double level0_misses(const Json& point) {
  for (const Json& level : point.at("results").at("levels")) {
    if (level.at("priority") == 0 && level.at("deadline_miss_rate").is_number()) return level.at("deadline_miss_rate");
  }
  return 0;
}

bool better(const Json& a, const Json& b) {
  for (const char* const more : {"on_time_jobs_per_s", "throughput_jobs_per_s"}) {
    const double of_a = a.at("results").at(more);
    const double of_b = b.at("results").at(more);
    if (of_a != of_b) return of_a > of_b;
  }
  return level0_misses(a) < level0_misses(b);
}

std::string percent(double share) { return fmt::format("{:.2f}%", 100 * share); }

// Of the levels below 0, together.
std::pair<std::string, std::string> lower_levels(const Json& point) {
  double missed = 0;
  double admitted = 0;
  double rejected = 0;
  double released = 0;
  for (const Json& level : point.at("results").at("levels")) {
    if (level.at("priority") == 0) continue;
    missed += level.at("missed").get<double>();
    admitted += level.at("admitted").get<double>();
    rejected += level.at("rejected").get<double>();
    released += level.at("released").get<double>();
  }
  return {admitted > 0 ? percent(missed / admitted) : "-", released > 0 ? percent(rejected / released) : "-"};
}

// The largest batches of the sets of weights, each number once.
std::string batch_limits(const Json& point) {
  std::set<std::uint64_t> limits;
  for (const Json& limit : point.at("batch_limits")) limits.insert(limit.get<std::uint64_t>());
  std::string text;
  for (const std::uint64_t limit : limits) text += (text.empty() ? " B=" : ",") + std::to_string(limit);
  return text;
}

Row row_of(const Json& point) {
  const Json& config = point.at("config");
  const Json& results = point.at("results");
  const auto [missed, rejected] = lower_levels(point);
  const std::string shape = fmt::format("{} x {} OS {}", text_of(config.at("contexts")), text_of(config.at("streams")),
                                        text_of(config.at("oversubscription")));
  const std::string by_rate = config.at("load_by") == "rate" ? " by rate" : "";
  return {text_of(config.at("task_set")), text_of(config.at("load")) + by_rate, text_of(config.at("priority_mix")),
          text_of(config.at("policy")), shape + batch_limits(point),
          fmt::format("{:.0f}", results.at("throughput_jobs_per_s").get<double>()),
          fmt::format("{:.0f}", results.at("on_time_jobs_per_s").get<double>()), percent(level0_misses(point)), missed,
          rejected, switches_of(config)};
}

// Another task set or load than the row before: a blank line helps the eye.
bool begins_group(const std::vector<Row>& rows, std::size_t r) {
  return r > 0 && (rows[r][0] != rows[r - 1][0] || rows[r][1] != rows[r - 1][1]);
}

std::string aligned(const std::vector<Row>& rows) {
  constexpr std::size_t kTextColumns = 5;  // the rest are numbers, but for the last
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Row& row = rows[r];
    std::string line = begins_group(rows, r) ? "\n" : "";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool left = i < kTextColumns || i + 1 == row.size();
      line += left ? fmt::format("{:<{}}  ", row[i], widths[i]) : fmt::format("{:>{}}  ", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::string best_table(const Json& report) {
  std::vector<std::pair<std::string, const Json*>> best;  // in order of first appearance
  for (const Json& point : report.at("points")) {
    const std::string key = key_of(point.at("config"));
    const auto found = std::find_if(best.begin(), best.end(), [&](const auto& entry) { return entry.first == key; });
    if (found == best.end()) {
      best.emplace_back(key, &point);
    } else if (better(point, *found->second)) {
      found->second = &point;
    }
  }
  std::vector<Row> rows{{"task set", "load", "level-0 share", "policy", "best shape", "jobs/s", "in time/s", "L0 missed",
                         "L1+ missed", "L1+ rejected", "switches"}};
  for (const auto& [key, point] : best) rows.push_back(row_of(*point));
  return aligned(rows) +
         "\nbest shape: contexts x streams and oversubscription with most jobs done in time. missed: of admitted jobs;\n"
         "rejected: of released ones; L1+: all levels below 0.\n";
}

}  // namespace daris
