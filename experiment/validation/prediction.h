// How a live point is simulated: with its configuration, its tasks and what its run chose.
#pragma once

#include <string>

#include "base/result.h"
#include "experiment/inputs.h"
#include "experiment/run_config.h"
#include "experiment/validation/live_point.h"

namespace daris {

struct PredictionSettings {
  std::string profile;      // for all points; empty: the bundled one of each point's GPU
  std::string model;        // contention model; empty: that of the profile's GPU
  std::string task_sets;    // folder of task sets that are files; empty: that of the report
  std::string power;        // power model; empty: the bundled one of each point's GPU, if there is one
  bool schedule = false;    // predict each log with its own decisions too
  bool references = false;  // predict each hard point without contention too
};

// The configuration of the live point for the simulator. Its tasks become the live ones, since a load is
// counted against the capacities that the live run measured. The largest batch is the one that the live run
// took. A log gives its own releases.
//
// Errors, each with the reason why the point can't be predicted: a context was lost, the host was busy, no
// profile of the GPU is bundled, the configuration or its task set can't be read.
[[nodiscard]] Result<RunConfig> prediction_of(const LivePoint& live, const PredictionSettings& settings,
                                              Inputs& inputs);

// The same prediction with the decisions that the log recorded. What error remains is the model's, and none
// of it comes from other decisions. Errors: the live point is of a report, which has no decisions; the log
// can't be read.
[[nodiscard]] Result<RunConfig> with_live_decisions(const LivePoint& live, RunConfig config);

}  // namespace daris
