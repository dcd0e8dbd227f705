#include "cli/best_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/flat_config.h"
#include "analysis/report/shape_choice.h"
#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "base/printable_text.h"
#include "policy/registry.h"
#include "policy/switches.h"

namespace daris {
namespace {

using Row = TextRow;

constexpr std::size_t kRowsMax = 48;  // of a table that is read at a glance

std::string text_of(const Json& value) {
  if (value.is_null()) return "as written";
  return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

// "driving", or "driving, D = 0.5 T, storm.json" if deadlines are not the set's own and the run is disturbed.
std::string set_of(const Json& config) {
  const Json ratio = config.value("deadline_ratio", Json());
  const std::string deadlines = ratio.is_null() ? "" : ", D = " + ratio.dump() + " T";
  const Json inject = config.value("inject", Json());
  return text_of(config.at("task_set")) + deadlines + (inject.is_null() ? "" : ", " + text_of(inject));
}

// Those that do not stand at the policy's defaults.
std::string switches_of(const Json& config) {
  std::string text;
  const PolicyInfo* const policy = find_policy(text_of(config.at("policy")));
  const PolicySwitches defaults = policy == nullptr ? PolicySwitches() : default_switches(*policy);
  for (const auto& [key, value] : config.at("switches").items()) {
    if (value == switch_value(defaults, key)) continue;
    text += (text.empty() ? "" : " ") + key + "=" + text_of(value);
  }
  return text;
}

std::string level0_p99(const Json& point) {
  const Json* const level = find_level(point.at("results"), 0);
  const Json p99 = level == nullptr ? Json() : level->at("response_time_ms").at("p99");
  return p99.is_number() ? fmt::format("{:.1f}", p99.get<double>()) : "-";
}

std::string percent(double share) { return fmt::format("{:.2f}%", 100 * share); }

// Misses and rejections of all levels below 0 together.
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
  for (const std::uint64_t limit : limits) text += fmt::format("{}{}", text.empty() ? " B=" : ",", limit);
  return text;
}

Row row_of(const Json& point) {
  const Json& config = point.at("config");
  const Json& results = point.at("results");
  const auto [missed, rejected] = lower_levels(point);
  const std::string by_rate = config.at("load_by") == "rate" ? " by rate" : "";
  return {set_of(config),
          text_of(config.at("load")) + by_rate,
          text_of(config.at("priority_mix")),
          text_of(config.at("policy")),
          printable(point_shape_text(point)) + batch_limits(point),
          fmt::format("{:.0f}", results.at("throughput_jobs_per_s").get<double>()),
          fmt::format("{:.0f}", results.at("on_time_jobs_per_s").get<double>()),
          level0_p99(point),
          percent(level0_miss_rate(point)),
          missed,
          rejected,
          switches_of(config)};
}

// Another task set than the row before: a blank line helps the eye.
bool begins_group(const std::vector<Row>& rows, std::size_t r) {
  return r > 1 && rows[r][0] != rows[r - 1][0];
}

// With a blank line where begins_group() says so.
std::vector<Row> in_groups(const std::vector<Row>& rows) {
  std::vector<Row> grouped;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (begins_group(rows, r)) grouped.emplace_back(rows[r].size());
    grouped.push_back(rows[r]);
  }
  return grouped;
}

// Makes a long table short: below a set's highest load it keeps only the policy and the share of level 0 that
// come first.
std::vector<const Json*> at_highest_load(const std::vector<const Json*>& points) {
  std::map<std::string, double> highest;
  const auto load_of = [](const Json& config) {
    return config.at("load").is_number() ? config.at("load").get<double>() : 0;
  };
  for (const Json* const point : points) {
    double& load = highest[text_of(point->at("config").at("task_set"))];
    load = std::max(load, load_of(point->at("config")));
  }
  const Json& first = points.front()->at("config");
  std::vector<const Json*> kept;
  std::copy_if(points.begin(), points.end(), std::back_inserter(kept), [&](const Json* point) {
    const Json& config = point->at("config");
    const bool comes_first =
        config.at("policy") == first.at("policy") && config.at("priority_mix") == first.at("priority_mix");
    return comes_first || load_of(config) == highest[text_of(config.at("task_set"))];
  });
  return kept;
}

// Says where the figures come from: "simulated, NVIDIA H100 80GB HBM3: the best of 100 points".
std::string heading(const Json& head, std::size_t points) {
  const Json& gpu = head.at("provenance").at("gpu");
  return fmt::format(
      "{}{}: the best shape of each policy, task set, load and share of level 0, of {} points\n\n",
      text_of(head.at("kind")), gpu.is_string() ? ", " + gpu.get<std::string>() : "", points);
}

}  // namespace

std::string best_table(const Json& head, const BestPoints& points, std::size_t width_max) {
  std::vector<const Json*> best = points.points();
  const std::size_t found = best.size();
  if (found > kRowsMax) best = at_highest_load(best);
  std::vector<Row> rows{{"task set", "load", "L0 share", "policy", "best shape", "jobs/s", "in time/s",
                         "L0 p99 ms", "L0 missed", "L1+ missed", "L1+ rejected", "switches"}};
  for (const Json* const point : best) rows.push_back(row_of(*point));
  constexpr std::size_t kTextColumns = 5;  // the rest are numbers, but for the last
  constexpr std::size_t kProseWidth = 110;
  return wrapped(heading(head, points.added()), width_max) +
         text_table(in_groups(rows), {kTextColumns, true, width_max}) +
         wrapped(
             "\nbest shape: contexts x streams and oversubscription with most jobs done in time (B: largest "
             "batch). missed: of admitted jobs; rejected: of released ones. L0: level 0, the highest; L1+: "
             "all "
             "others. L0 share: of the tasks.\n",
             std::min(kProseWidth, width_max)) +
         (best.size() < found ? fmt::format("Below a task set's highest load, only {} is shown.\n",
                                            text_of(best.front()->at("config").at("policy")))
                              : "");
}

}  // namespace daris
