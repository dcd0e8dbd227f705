// The times of batches that a simulated run begins with (policy/setup.h, BatchTime).
#pragma once

#include "sim/gpu_model.h"
#include "sim/simulate.h"
#include "workloads/policy_setup.h"

namespace daris {

// Each set of weights is one batch group. A model of one slot gives the time alone of each size. Any other
// gives the AFET of each size that holds a job: all slots run batches of this size in a closed loop, of all
// tasks in turn. Tasks whose group lacks the size are left out of the loop. Both have the host's part of each
// stage. Empty if the model has no batch classes. The result is deterministic.
[[nodiscard]] BatchGroupTimes simulated_batch_times(const GpuModel& gpu, const HostLatencies& latencies);

}  // namespace daris
