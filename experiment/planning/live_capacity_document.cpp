#include "experiment/planning/live_capacity_document.h"

#include <fmt/format.h>

#include "analysis/report/statistics.h"
#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "experiment/planning/capacity_document.h"

namespace daris {
namespace {

std::string end_text(const LiveCapacity& live) {
  switch (live.end) {
    case SearchEnd::kDone: return "";
    case SearchEnd::kBudget: return "the budget was used up before the search ended; ";
    case SearchEnd::kInterrupted: return "interrupted before the search ended; ";
    case SearchEnd::kFailed: return "the search could not go on; ";
  }
  return "";
}

// Both worlds in one line.
std::string both_text(const LiveCapacity& live) {
  const std::string simulated =
      live.simulated_load > 0 ? fmt::format("{:.4g} simulated", live.simulated_load) : "none simulated";
  if (live.highest) {
    const CapacityTrial& highest = live.trials[*live.highest];
    const std::optional<double> error = live.error();
    return fmt::format("highest load: {}, {:.4g} live in {} runs{}", simulated, highest.reached.load,
                       highest.replications,
                       error ? fmt::format(": the simulator is off by {:+.1f}%", 100 * *error) : "");
  }
  if (live.held)
    return fmt::format("highest load: {}, {:.4g} live in {} run only", simulated,
                       live.trials[*live.held].reached.load, live.trials[*live.held].replications);
  return fmt::format("highest load: {}, none live", simulated);
}

}  // namespace

Json live_capacity_to_json(const LiveCapacity& live, const std::string& command) {
  const auto trial_or_null = [&](const std::optional<std::size_t>& index) {
    return index ? trial_to_json(live.trials[*index]) : Json(nullptr);
  };
  const CapacityTrial* const highest = live.highest ? &live.trials[*live.highest] : nullptr;
  const std::optional<double> error = live.error();
  Json document = {
      {"provenance", planning_provenance(live.provenance, command)},
      {"ended", to_text(live.end)},
      {"reason", live.failure ? Json(live.failure->message) : Json(nullptr)},
      {"simulated_load", live.simulated_load > 0 ? Json(rounded(live.simulated_load)) : Json(nullptr)},
      {"live_load", highest != nullptr ? Json(rounded(highest->reached.load)) : Json(nullptr)},
      {"error", error ? Json(rounded(*error)) : Json(nullptr)},
      {"highest_passing", trial_or_null(live.highest)},
      {"highest_held", trial_or_null(live.held)},
      {"lowest_failing", trial_or_null(live.failing)},
      {"breaks_first",
       live.failing ? breaches_to_json(live.trials[*live.failing].verdict).at(0) : Json(nullptr)},
      {"config", highest != nullptr ? highest->point.at("config") : Json(nullptr)},
      {"warnings", live.warnings},
      {"tried", Json::array()}};
  for (const CapacityTrial& trial : live.trials) document["tried"].push_back(trial_to_json(trial));
  return document;
}

std::string live_capacity_text(const LiveCapacity& live, LoadAxis axis, std::size_t width_max) {
  std::string text;
  if (!live.trials.empty()) text = "on real hardware\n" + trials_table(live.trials, axis, width_max) + "\n";
  for (const std::string& warning : live.warnings) text += wrapped("warning: " + warning + "\n", width_max);
  return text + wrapped(end_text(live) + both_text(live) + "\n", width_max);
}

}  // namespace daris
