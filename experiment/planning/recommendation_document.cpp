#include "experiment/planning/recommendation_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/report/results_json.h"
#include "analysis/report/statistics.h"
#include "analysis/report/text_table.h"
#include "base/json/checked_document.h"
#include "base/json/json.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/planning/shaped_config.h"

namespace daris {
namespace {

constexpr double kBusy = 0.9;

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

Json run_to_json(const Recommendation& found, const CandidateRun& run) {
  const Candidate& candidate = found.candidates[run.candidate];
  const std::optional<double> bound = bound_of(candidate);
  const Json& results = run.point.at("results");
  return {{"id", run.point.at("id")},
          {"shape",
           shape_or_null(candidate.config.partition.empty() ? std::optional(candidate.shape) : std::nullopt)},
          {"bound", bound ? Json(*bound) : Json(nullptr)},
          {"batch_limits", run.point.at("batch_limits")},
          {"simulated_s", run.point.at("config").at("duration_s")},
          {"holds", run.verdict.holds},
          {"shown", run.verdict.shown},
          {"broken", breaches_to_json(run.verdict)},
          {"throughput_jobs_per_s", results.at("throughput_jobs_per_s")},
          {"on_time_jobs_per_s", results.at("on_time_jobs_per_s")},
          {"response_p99_ms", rounded_or_null(urgent_p99_ms(run.point))}};
}

Json fits(const Recommendation& found) {
  const std::optional<double> planned = found.planned_load();
  return planned ? Json(found.asked_load <= *planned) : Json(false);
}

std::string load_text(const Recommendation& found) {
  const std::optional<double> planned = found.planned_load();
  if (!planned) return "no load holds the objectives\n";
  const CapacityTrial& highest = found.capacity.trials[*found.capacity.highest];
  std::string text = fmt::format("highest load      {:.4g} ({} tasks); it held in {} runs with other draws\n",
                                 highest.reached.load, highest.reached.tasks, highest.replications);
  for (const std::string& line : loss_lines(highest)) text += fmt::format("at that load      {}\n", line);
  if (found.capacity.failing)
    text += fmt::format("lowest that fails {:.4g}\n",
                        found.capacity.trials[*found.capacity.failing].reached.load);
  text += fmt::format("load to plan for  {:.4g}, with {} left free\n", *planned, percent(found.margin));
  return text + fmt::format("the set asks for  {:.4g}: {}\n", found.asked_load,
                            found.asked_load <= *planned ? "it fits" : "it does not fit");
}

std::string batches_text(const Json& limits) {
  std::string text;
  for (const Json& limit : limits)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", limit.get<unsigned>());
  return text.empty() ? "none are formed" : "up to " + text + " inputs, by set of weights";
}

std::string front_table(const Recommendation& found, std::size_t width_max) {
  std::vector<TextRow> rows{{"front", "in time/s", "p99 ms", "objectives"}};
  for (const std::size_t place : found.front) {
    const CandidateRun& run = found.tried.runs[place];
    rows.push_back({candidate_text(found.candidates[run.candidate]) + (place == found.pick ? " (pick)" : ""),
                    fmt::format("{:.0f}", on_time_jobs_per_s(run.point)),
                    fmt::format("{:.2f}", urgent_p99_ms(run.point).value_or(0)),
                    run.verdict.holds ? "hold" : breach_text(run.verdict.broken.front())});
  }
  return text_table(rows, {.left_columns = 1, .last_left = true, .width_max = width_max});
}

}  // namespace

LoadLimit limit_of(const CapacityFound& capacity) {
  if (!capacity.failing) return {"none", "nothing: no load that was tried fails"};
  const CapacityTrial& failing = capacity.trials[*capacity.failing];
  const Json& results = failing.point.at("results");
  const double busy = results.at("slot_utilization").get<double>();
  const Json& slowdown = results.at("stage_slowdown").at("mean");
  const std::string beside = slowdown.is_null() ? ""
                                                : fmt::format("; a stage takes {:.2f} times as long as alone",
                                                              slowdown.get<double>());
  const std::string breaks = breach_text(failing.verdict.broken.front());
  if (busy >= kBusy)
    return {"slots", fmt::format("the GPU: its slots are busy {} of the time{}; what breaks first: {}",
                                 percent(busy), beside, breaks)};
  return {"latency",
          fmt::format("deadlines, not throughput: slots are busy {} of the time only{}; what breaks "
                      "first: {}",
                      percent(busy), beside, breaks)};
}

Json recommendation_to_json(const Recommendation& found, const std::string& command, const LiveCheck* live) {
  const CandidateRun& pick = found.tried.runs[found.pick];
  const std::optional<double> planned = found.planned_load();
  const LoadLimit limit = limit_of(found.capacity);
  const auto trial = [&](const std::optional<std::size_t>& index) {
    return index ? trial_to_json(found.capacity.trials[*index]) : Json(nullptr);
  };
  Json document = {{"schema", "daris.recommendation"},
                   {"version", 1},
                   {"kind", "simulated"},
                   {"provenance", planning_provenance(found.provenance, command)},
                   {"objectives", found.objectives_of_set ? "task set" : "default"},
                   {"margin", found.margin},
                   {"asked_load", rounded(found.asked_load)},
                   {"planned_load", planned ? Json(rounded(*planned)) : Json(nullptr)},
                   {"fits", fits(found)},
                   {"pick", run_to_json(found, pick)},
                   {"config", pick.point.at("config")},
                   {"highest_passing", trial(found.capacity.highest)},
                   {"lowest_failing", trial(found.capacity.failing)},
                   {"limited_by", {{"name", limit.name}, {"text", limit.text}}},
                   {"front", Json::array()},
                   {"tried", Json::array()},
                   {"not_run", Json::array()}};
  for (const std::size_t place : found.front)
    document["front"].push_back(run_to_json(found, found.tried.runs[place]));
  for (const CandidateRun& run : found.tried.runs) document["tried"].push_back(run_to_json(found, run));
  for (const CandidateFailure& failure : found.tried.failures) {
    document["not_run"].push_back(
        {{"candidate", candidate_text(found.candidates[failure.candidate])}, {"reason", failure.reason}});
  }
  if (live != nullptr) document["live"] = live_check_to_json(*live, command);
  check_document("daris.recommendation", document);
  return document;
}

std::string recommendation_text(const Recommendation& found, std::size_t width_max) {
  const CandidateRun& pick = found.tried.runs[found.pick];
  return fmt::format("recommended       {}\nlargest batch     {}\n{}", candidate_text(found.picked()),
                     batches_text(pick.point.at("batch_limits")), load_text(found)) +
         wrapped("limited by " + limit_of(found.capacity).text + "\n\n", width_max) +
         front_table(found, width_max) +
         wrapped(
             fmt::format("\nat the load that is asked for: what no other of {} runs beats in jobs in time "
                         "and in the most urgent level's p99\n{}\n",
                         found.tried.runs.size(), found.objectives),
             width_max);
}

}  // namespace daris
