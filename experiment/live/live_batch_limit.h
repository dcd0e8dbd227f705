// The default of B on a live backend: the simulator's rule (experiment/batch_limit.h) with times of batches
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

// The largest size that is tried: 32, or what a user's packages of the set take if that is less.
[[nodiscard]] std::uint32_t largest_batch_to_try(const TaskSet& set);

// The same, but no more than a size that holds all jobs of equal weights that can be waiting in time at once.
// Only bursts without bound can fill any size. With weights of each task's own, larger sizes would only cost
// memory and time to capture.
[[nodiscard]] std::uint32_t largest_useful_batch(const Workload& workload);

struct LiveBatchLimit {
  BatchLimitChoice choice;
  std::optional<std::string> cut_short;  // why no larger ones were tried, if they could not be set up

  // For people.
  [[nodiscard]] std::string text() const;
};

// Finds limits by a point's id: all replications of a point have the same limit.
using KnownBatchLimits = std::map<std::string, LiveBatchLimit>;

// Measures each network (model and precision) of the workload by itself, in batches of 1, 2, 4, ... 32
// inputs. Sizes go from what the network's smallest job brings to what its largest one does or more. If a
// model is a user's packages, no size is larger than these take. A limit is for all networks, so their sizes
// end together. They end before a size, above all jobs, at which every network takes longer than the longest
// deadline of its tasks. No such batch could ever be in time. If only some networks take that long, all have
// the size, as in the run. Each size has executors of its own, with one set of weights a network, so that
// nothing else is captured. Then the first replication is simulated with each size as limit, in one slot, in
// which a launch takes as long as measured.
//
// REQUIRES: `measurements` has the shape of a batching policy, one slot and whole models; there is no
// executor. Errors: of the environment, or interrupted; the message says what to do. It is no error if memory
// is too small for the executor of a size that no job needs. The choice is then among the sizes below. A
// launch that fails or hangs is an error at every size.
[[nodiscard]] Result<LiveBatchLimit> choose_live_batch_limit(const SettledConfig& config,
                                                             const Workload& workload,
                                                             const LiveMeasurements& measurements,
                                                             const ReleaseLog* log);

}  // namespace daris
