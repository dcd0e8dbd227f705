// AFET, the average full-load execution time (docs/scheduler.md, "AFET"): the estimates with which a
// simulated run begins.
#pragma once

#include <vector>

#include "base/time.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"

namespace daris {

// By task and stage: the mean time of the stage while all other slots run the same task set in a closed loop
// in this shape. The loop measures 20 rounds of the set. Tasks of one work class share the mean over all of
// them. With a single slot it is the time alone. Deterministic.
[[nodiscard]] std::vector<std::vector<Duration>> average_full_load_times(const GpuModel& gpu,
                                                                         const HostLatencies& latencies);

}  // namespace daris
