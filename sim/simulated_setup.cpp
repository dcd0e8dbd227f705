#include "sim/simulated_setup.h"

#include <utility>

#include "sim/batch_times.h"
#include "workloads/policy_setup.h"

namespace daris {

PolicySetup make_simulated_setup(const GpuModel& gpu, const Workload& workload,
                                 std::vector<std::vector<Duration>> stage_estimates,
                                 const HostLatencies& latencies, const PolicySwitches& switches,
                                 std::uint32_t batch_limit) {
  return make_policy_setup(workload, gpu.contexts, gpu.streams, std::move(stage_estimates),
                           simulated_batch_times(gpu, latencies), switches, batch_limit);
}

}  // namespace daris
