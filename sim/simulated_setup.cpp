#include "sim/simulated_setup.h"

#include <utility>

#include "workloads/policy_setup.h"

namespace daris {
namespace {

std::vector<BatchTime> batch_times(const GpuModel& gpu, const std::vector<GpuModel::BatchClass>& classes,
                                   const HostLatencies& latencies) {
  std::vector<BatchTime> times;
  for (const GpuModel::BatchClass& size : classes) {
    const double alone_ns = gpu.cost(size.work_class, StageIndex(0), ContextId(0)).alone_ns;
    const Duration execution = Duration::from_ns(static_cast<std::int64_t>(alone_ns + 0.5));
    times.push_back({size.inputs, execution + latencies.launch + latencies.notice});
  }
  return times;
}

}  // namespace

PolicySetup make_simulated_setup(const GpuModel& gpu, const Workload& workload,
                                 std::vector<std::vector<Duration>> stage_estimates,
                                 const HostLatencies& latencies, const PolicySwitches& switches,
                                 std::uint32_t batch_limit) {
  BatchGroupTimes batches;
  batches.group_of_task = gpu.task_batch_group;
  for (const auto& classes : gpu.batch_classes)
    batches.group_times.push_back(batch_times(gpu, classes, latencies));
  return make_policy_setup(workload, gpu.contexts, gpu.streams, std::move(stage_estimates),
                           std::move(batches), switches, batch_limit);
}

}  // namespace daris
