// The default of B on a live backend: the simulator's rule (experiment/batch_limit.h) over times of batches
// that are measured here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "experiment/batch_limit.h"
#include "experiment/live/live_measurements.h"
#include "experiment/release_log.h"
#include "experiment/settled_config.h"
#include "workloads/workload.h"

namespace daris {

struct LiveBatchLimit {
  BatchLimitChoice choice;
  std::optional<std::string> cut_short;  // why no larger ones were tried, where they could not be set up

  // For people.
  [[nodiscard]] std::string text() const;
};

// By a point's id: all its replications have the same.
using KnownBatchLimits = std::map<std::string, LiveBatchLimit>;

// Measures each network (model and precision) of the workload by itself in batches of 1, 2, 4, ... 32 inputs,
// from what its smallest job brings to what its largest one does or more. Where a model is a user's packages,
// no more than these take. A limit is for all networks: the sizes end together, before one above all jobs at
// which every network takes longer than the longest deadline of its tasks, as no such batch could ever be in
// time; where only some do, all have the size, as in the run. Each size has executors of its own, with one
// set of weights a network, so that nothing else is captured. Then the first replication is simulated with
// each size as limit, in one slot where a launch takes as long as measured.
//
// REQUIRES: `measurements` in the shape of a batching policy, one slot and whole models; no executor is
// there. Errors: of the environment, or interrupted; the message says what to do. A size beyond what jobs
// need whose executor can't be set up, for want of memory, is none: the sizes below it are those to choose
// from. A launch that fails or hangs is one at every size.
[[nodiscard]] Result<LiveBatchLimit> choose_live_batch_limit(const SettledConfig& config,
                                                             const Workload& workload,
                                                             const LiveMeasurements& measurements,
                                                             const ReleaseLog* log);

}  // namespace daris
