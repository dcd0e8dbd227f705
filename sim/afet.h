// AFET, the average full-load execution time (docs/scheduler.md, "AFET"): the estimates with which a
// simulated run begins.
#pragma once

#include <vector>

#include "base/time.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"

namespace daris {

// Returns the mean time of each stage, by task and stage. All other slots meanwhile run the same task set in
// a closed loop in this shape. The loop measures 20 rounds of the set. Tasks of one work class share the mean
// over all of them. A single slot gives the time alone. The result is deterministic.
[[nodiscard]] std::vector<std::vector<Duration>> average_full_load_times(const GpuModel& gpu,
                                                                         const HostLatencies& latencies);

}  // namespace daris
