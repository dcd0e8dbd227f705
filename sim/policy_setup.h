// What the simulator tells a policy before the run.
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

// Tasks, shape and estimates (`stage_estimates`: by task and stage, sim/afet.h) as a policy is made from
// them. Where the model has batch classes: one batch group a set of weights, with the time of each size on
// the whole machine, the host's part included; its limit is `batch_limit`, the largest size where that is 0,
// and never below what a job of it brings.
[[nodiscard]] PolicySetup make_policy_setup(const GpuModel& gpu, const Workload& workload,
                                            std::vector<std::vector<Duration>> stage_estimates,
                                            const HostLatencies& latencies, const PolicySwitches& switches,
                                            std::uint32_t batch_limit = 0);

}  // namespace daris
