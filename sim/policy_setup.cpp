#include "sim/policy_setup.h"

#include <algorithm>
#include <utility>

#include "policy/check.h"

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

// The largest profiled size up to `limit`, and at least one that holds a job of `inputs`.
std::uint32_t limit_of(const std::vector<BatchTime>& times, std::uint32_t limit, std::uint32_t inputs) {
  std::uint32_t best = times.front().inputs;
  for (const BatchTime& time : times) {
    const bool needed = best < inputs;
    if (needed || limit == 0 || time.inputs <= limit) best = std::max(best, time.inputs);
  }
  return best;
}

}  // namespace

PolicySetup make_policy_setup(const GpuModel& gpu, const Workload& workload,
                              std::vector<std::vector<Duration>> stage_estimates, const HostLatencies& latencies,
                              const PolicySwitches& switches, std::uint32_t batch_limit) {
  DARIS_CHECK(stage_estimates.size() == workload.tasks.size());
  PolicySetup setup;
  setup.contexts = gpu.contexts;
  setup.streams = gpu.streams;
  setup.switches = switches;
  std::vector<std::uint32_t> largest_job(gpu.batch_classes.size(), 1);
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    TaskSetup row;
    row.period = group.period;
    row.relative_deadline = group.deadline;
    row.level = group.priority;
    row.inputs = group.batch;
    row.stage_estimates = std::move(stage_estimates[task]);
    if (!gpu.task_batch_group.empty()) {
      row.batch_group = gpu.task_batch_group[task];
      largest_job[row.batch_group] = std::max(largest_job[row.batch_group], group.batch);
    }
    setup.tasks.push_back(std::move(row));
  }
  for (std::size_t group = 0; group < gpu.batch_classes.size(); ++group) {
    BatchGroupSetup batches;
    batches.times = batch_times(gpu, gpu.batch_classes[group], latencies);
    batches.batch_limit = limit_of(batches.times, batch_limit, largest_job[group]);
    setup.batch_groups.push_back(std::move(batches));
  }
  return setup;
}

}  // namespace daris
