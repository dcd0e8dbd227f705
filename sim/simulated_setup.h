// Makes what the simulator tells a policy before the run.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/setup.h"
#include "policy/switches.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {

// Tasks, shape and estimates from which a policy is made. `stage_estimates`: by task and stage (sim/afet.h).
// If the model has batch classes, each set of weights is one batch group (sim/batch_times.h). Its limit is
// `batch_limit`, or the largest size if that is 0, and never below what one of its jobs brings.
[[nodiscard]] PolicySetup make_simulated_setup(const GpuModel& gpu, const Workload& workload,
                                               std::vector<std::vector<Duration>> stage_estimates,
                                               const HostLatencies& latencies, const PolicySwitches& switches,
                                               std::uint32_t batch_limit = 0);

}  // namespace daris
