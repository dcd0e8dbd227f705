#include "experiment/planning/capacity_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/report/statistics.h"
#include "analysis/report/text_table.h"
#include "base/json/checked_document.h"
#include "base/json/json.h"
#include "experiment/planning/live_capacity_document.h"
#include "experiment/planning/shaped_config.h"

namespace daris {
namespace {

Json levels_to_json(const Json& results) {
  Json levels = Json::array();
  for (const Json& level : results.at("levels")) {
    levels.push_back({{"priority", level.at("priority")},
                      {"released", level.at("released")},
                      {"rejected", level.at("rejected")},
                      {"admitted", level.at("admitted")},
                      {"missed", level.at("missed")},
                      {"response_p99_ms", level.at("response_time_ms").at("p99")}});
  }
  return levels;
}

Json trial_or_null(const CapacityFound& found, const std::optional<std::size_t>& index) {
  return index ? trial_to_json(found.trials[*index]) : Json(nullptr);
}

// What breaks first: the worst of the lowest load that failed.
Json first_breach(const CapacityFound& found) {
  if (!found.failing) return nullptr;
  return breaches_to_json(found.trials[*found.failing].verdict).at(0);
}

std::string percent_of(const Json& level, const char* part, const char* whole) {
  const auto all = level.at(whole).get<double>();
  return all > 0 ? fmt::format("{:.2f}%", 100 * level.at(part).get<double>() / all) : "-";
}

std::string level0_p99(const Json& results) {
  for (const Json& level : results.at("levels")) {
    const Json& p99 = level.at("response_time_ms").at("p99");
    if (level.at("priority") == 0 && !p99.is_null()) return fmt::format("{:.2f}", p99.get<double>());
  }
  return "-";
}

// Of the level that misses, or rejects, most.
std::string most_of_levels(const Json& results, const char* part, const char* whole) {
  const Json* most = nullptr;
  double share = -1;
  for (const Json& level : results.at("levels")) {
    const double all = std::max(level.at(whole).get<double>(), 1.0);
    if (level.at(part).get<double>() / all <= share) continue;
    share = level.at(part).get<double>() / all;
    most = &level;
  }
  return most == nullptr ? "-" : percent_of(*most, part, whole);
}

std::string verdict_text(const Verdict& verdict) {
  if (!verdict.holds) return breach_text(verdict.broken.front());
  return verdict.shown ? "holds" : "holds, not all shown";
}

TextRow row_of(const CapacityTrial& trial, LoadAxis axis) {
  const Json& results = trial.point.at("results");
  TextRow row;
  if (axis == LoadAxis::kRate) row.push_back(fmt::format("{:.4g}", trial.reached.value));
  for (std::string& cell :
       TextRow{fmt::format("{:.4g}", trial.reached.load), std::to_string(trial.reached.tasks),
               shape_text(trial.shape), std::to_string(trial.replications),
               fmt::format("{:.0f}", results.at("on_time_jobs_per_s").get<double>()), level0_p99(results),
               most_of_levels(results, "missed", "admitted"), most_of_levels(results, "rejected", "released"),
               verdict_text(trial.verdict)})
    row.push_back(std::move(cell));
  return row;
}

std::string value_text(const CapacityTrial& trial, LoadAxis axis) {
  switch (axis) {
    case LoadAxis::kLoad: return fmt::format("load {:.4g}", trial.reached.value);
    case LoadAxis::kRate: return fmt::format("{:.4g} times the rates", trial.reached.value);
    case LoadAxis::kTasks: return fmt::format("{} tasks", trial.reached.tasks);
  }
  return "";
}

}  // namespace

Json shape_or_null(const std::optional<Shape>& shape) {
  if (!shape) return nullptr;
  return {{"backend", to_text(shape->backend)},
          {"contexts", shape->contexts},
          {"streams", shape->streams},
          {"oversubscription", shape->oversubscription_milli / 1000.0}};
}

Json breaches_to_json(const Verdict& verdict) {
  Json broken = Json::array();
  for (const Breach& breach : verdict.broken) {
    broken.push_back({{"where", breach.where},
                      {"level", breach.level},
                      {"limit", breach.limit},
                      {"allowed", rounded(breach.allowed)},
                      {"measured", breach.measured ? Json(rounded(*breach.measured)) : Json(nullptr)}});
  }
  return broken;
}

Json planning_provenance(Provenance provenance, const std::string& command) {
  provenance.command = command;
  provenance.started_utc.reset();
  provenance.wall_s.reset();
  provenance.os.reset();
  provenance.cpu.reset();
  return make_report(ReportKind::kSimulated, provenance, {}).at("provenance");
}

Json trial_to_json(const CapacityTrial& trial) {
  const Json& results = trial.point.at("results");
  return {{"id", trial.point.at("id")},
          {"value", rounded(trial.reached.value)},
          {"load", rounded(trial.reached.load)},
          {"tasks", trial.reached.tasks},
          {"shape", shape_or_null(trial.shape)},
          {"batch_limits", trial.point.at("batch_limits")},
          {"replications", trial.replications},
          {"holds", trial.verdict.holds},
          {"shown", trial.verdict.shown},
          {"broken", breaches_to_json(trial.verdict)},
          {"throughput_jobs_per_s", results.at("throughput_jobs_per_s")},
          {"on_time_jobs_per_s", results.at("on_time_jobs_per_s")},
          {"slot_utilization", results.at("slot_utilization")},
          {"stage_slowdown", results.at("stage_slowdown").at("mean")},
          {"levels", levels_to_json(results)}};
}

Json capacity_to_json(const CapacityFound& found, const std::string& command, const LiveCapacity* live) {
  Json document = {
      {"schema", "daris.capacity"},
      {"version", 1},
      {"kind", "simulated"},
      {"provenance", planning_provenance(found.provenance, command)},
      {"axis", to_text(found.axis)},
      {"objectives", found.objectives_of_set ? "task set" : "default"},
      {"highest_passing", trial_or_null(found, found.highest)},
      {"lowest_failing", trial_or_null(found, found.failing)},
      {"breaks_first", first_breach(found)},
      {"config", found.highest ? found.trials[*found.highest].point.at("config") : Json(nullptr)},
      {"tried", Json::array()}};
  for (const CapacityTrial& trial : found.trials) document["tried"].push_back(trial_to_json(trial));
  if (live != nullptr) document["live"] = live_capacity_to_json(*live, command);
  check_document("daris.capacity", document);
  return document;
}

std::string trials_table(const std::vector<CapacityTrial>& trials, LoadAxis axis, std::size_t width_max) {
  std::vector<const CapacityTrial*> order;
  order.reserve(trials.size());
  for (const CapacityTrial& trial : trials) order.push_back(&trial);
  std::stable_sort(order.begin(), order.end(), [](const CapacityTrial* a, const CapacityTrial* b) {
    return a->reached.load < b->reached.load;
  });
  const bool by_rate = axis == LoadAxis::kRate;
  TextRow heading{"load",      "tasks",  "shape",    "runs",      "in time/s",
                  "L0 p99 ms", "missed", "rejected", "objectives"};
  if (by_rate) heading.insert(heading.begin(), "rates");
  std::vector<TextRow> rows{std::move(heading)};
  for (const CapacityTrial* const trial : order) rows.push_back(row_of(*trial, axis));
  return text_table(rows, {.left_columns = by_rate ? 4U : 3U, .last_left = true, .width_max = width_max});
}

std::string capacity_table(const CapacityFound& found, std::size_t width_max) {
  return trials_table(found.trials, found.axis, width_max) +
         wrapped("\nmissed: of the admitted, and rejected: of the released, of the level with most\n",
                 width_max);
}

std::vector<std::string> loss_lines(const CapacityTrial& trial) {
  std::vector<std::string> lines;
  for (const Json& level : trial.point.at("results").at("levels")) {
    lines.push_back(
        fmt::format("level {}: {} rejected, {} of the admitted missed", level.at("priority").get<unsigned>(),
                    percent_of(level, "rejected", "released"), percent_of(level, "missed", "admitted")));
  }
  return lines;
}

std::string capacity_text(const CapacityFound& found) {
  const std::string breaks =
      found.failing ? fmt::format("; what breaks first, at {}: {}",
                                  value_text(found.trials[*found.failing], found.axis),
                                  breach_text(found.trials[*found.failing].verdict.broken.front()))
                    : "; no load that was tried fails";
  if (!found.highest) return "no load holds the objectives" + breaks;
  const CapacityTrial& highest = found.trials[*found.highest];
  return fmt::format("the highest that holds in {} runs: {} in {}{}", highest.replications,
                     value_text(highest, found.axis), shape_text(highest.shape), breaks);
}

}  // namespace daris
