#include "workloads/policy_setup.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace daris {
namespace {

// The largest profiled size up to `limit`, and at least one that holds a job of `inputs`.
std::uint32_t limit_of(const std::vector<BatchTime>& times, std::uint32_t limit, std::uint32_t inputs) {
  std::uint32_t best = times.front().inputs;
  for (const BatchTime& time : times) {
    const bool needed = best < inputs;
    if (needed || limit == 0 || time.inputs <= limit) best = std::max(best, time.inputs);
  }
  return best;
}

TaskSetup task_setup(const TaskGroup& group, std::vector<Duration> stage_estimates) {
  TaskSetup row;
  row.period = group.period;
  row.relative_deadline = group.deadline;
  row.level = group.priority;
  row.inputs = group.batch;
  row.stage_estimates = std::move(stage_estimates);
  return row;
}

}  // namespace

PolicySetup make_policy_setup(const Workload& workload, std::uint32_t contexts, std::uint32_t streams,
                              std::vector<std::vector<Duration>> stage_estimates, BatchGroupTimes batches,
                              const PolicySwitches& switches, std::uint32_t batch_limit) {
  DARIS_CHECK(stage_estimates.size() == workload.tasks.size());
  PolicySetup setup;
  setup.contexts = contexts;
  setup.streams = streams;
  setup.switches = switches;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    TaskSetup row = task_setup(workload.group_of(TaskId(task)), std::move(stage_estimates[task]));
    if (!batches.group_of_task.empty()) row.batch_group = batches.group_of_task[task];
    setup.tasks.push_back(std::move(row));
  }
  for (std::vector<BatchTime>& times : batches.group_times)
    setup.batch_groups.push_back({1, std::move(times)});
  limit_batches(setup, batch_limit);
  return setup;
}

void limit_batches(PolicySetup& setup, std::uint32_t batch_limit) {
  if (setup.batch_groups.empty()) return;
  std::vector<std::uint32_t> largest_job(setup.batch_groups.size(), 1);
  for (const TaskSetup& task : setup.tasks)
    largest_job[task.batch_group] = std::max(largest_job[task.batch_group], task.inputs);
  for (std::size_t group = 0; group < largest_job.size(); ++group) {
    BatchGroupSetup& limited = setup.batch_groups[group];
    limited.batch_limit = limit_of(limited.times, batch_limit, largest_job[group]);
  }
}

}  // namespace daris
