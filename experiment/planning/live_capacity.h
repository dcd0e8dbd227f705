// `daris capacity --live`: the highest load that holds on real hardware, beside the simulated one.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "base/json/json_fwd.h"
#include "base/result.h"
#include "experiment/planning/capacity_search.h"
#include "experiment/planning/load_prober.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"
#include "experiment/time_budget.h"

namespace daris {

// What limits live runs, and what outlives them.
struct LiveRuns {
  TimeBudget* budget = nullptr;  // not owned; null: there is no limit
  // The point of an earlier start; nullopt if it is to run. May be empty.
  std::function<std::optional<Json>(const Point& point)> kept;
  // Keeps a point that ran to its end. May be empty.
  std::function<Status(const Point& point, const Json& result)> keep;
};

enum class SearchEnd { kDone, kBudget, kInterrupted, kFailed };

// "done", "budget", "interrupted", "failed"
[[nodiscard]] std::string_view to_text(SearchEnd end);

struct LiveCapacity {
  std::vector<CapacityTrial> trials;   // in the order in which they ran; may be empty
  std::optional<std::size_t> highest;  // the trial of all replications that passed at the highest load
  std::optional<std::size_t> failing;  // that of the lowest load above it that failed
  // The highest load below `failing` that passed, with however many replications. It is `highest` in the end.
  std::optional<std::size_t> held;
  double simulated_load = 0;  // the simulated highest; 0: none held
  SearchEnd end = SearchEnd::kDone;
  std::optional<Error> failure;       // why it failed
  std::vector<std::string> warnings;  // of all runs, each once
  Provenance provenance;              // of the runs

  // The simulated load over the live one, less 1; nullopt unless both are known.
  [[nodiscard]] std::optional<double> error() const;
};

// `config` as it is searched in both worlds: with the bundled profile of the GPU if it names none. Errors: of
// the environment, as having no GPU; of the input.
[[nodiscard]] Result<RunConfig> ready_for_live(const RunConfig& config, PointRunner& live);

// Searches in the shape that `simulated` found, from its highest load on: single runs bracket the load, going
// up or down in steps of 5% that double, and all replications confirm it. Loads and estimates are the
// profile's in both worlds. What was found stays if the search ends early. Errors: of the input.
// REQUIRES: find_capacity(request) gave `simulated`.
[[nodiscard]] Result<LiveCapacity> find_live_capacity(const CapacityRequest& request,
                                                      const CapacityFound& simulated, PointRunner& live,
                                                      const LiveRuns& runs, const CapacityProgress& progress);

}  // namespace daris
