// The highest load at which all objectives of a task set hold, by runs of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/result.h"
#include "experiment/planning/load_axis.h"
#include "experiment/planning/load_prober.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"

namespace daris {

struct CapacityRequest {
  RunConfig config;  // without a load; its shape may be left to the search of `--shape auto`
  LoadAxis axis = LoadAxis::kLoad;
  std::optional<double> loss_max;  // of the default objective (experiment/planning/objectives.h)
  double tolerance = 0.01;         // of the bracket, as a share
  std::uint32_t replications = 5;  // that confirm the highest load
  std::size_t threads = 1;         // changes no result
};

struct CapacityFound {
  std::vector<CapacityTrial> trials;   // in the order in which they ran; the first is the set as written
  std::optional<std::size_t> highest;  // the trial of all replications that passed at the highest load
  std::optional<std::size_t> failing;  // that of the lowest load above it that failed
  std::string objectives;              // for people
  bool objectives_of_set = false;
  LoadAxis axis = LoadAxis::kLoad;
  Provenance provenance;  // of the runs
};

// Errors: the releases of `config` are a log's, which can't be scaled; no task set is named.
[[nodiscard]] Status check_scalable(const RunConfig& config);

// Each load is run for one replication first, and the highest that passes for all of them. If the shape is
// left open, each load takes the shape in which the load before passed; if it fails there, the search of
// shapes chooses anew. Objectives that a run was too short to show count as kept. Deterministic. Errors:
// those of `runner`; the task set has releases of a log or a load.
[[nodiscard]] Result<CapacityFound> find_capacity(const CapacityRequest& request, PointRunner& runner,
                                                  const CapacityProgress& progress);

}  // namespace daris
