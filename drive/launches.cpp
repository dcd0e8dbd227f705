#include "drive/launches.h"

#include <algorithm>

#include "base/check.h"
#include "policy/decision.h"
#include "policy/policy.h"

namespace daris {
namespace {

const TaskSetup& task_of(const LaunchStage& launch, const PolicySetup& setup) {
  return setup.tasks[launch.jobs.front().task.at()];
}

}  // namespace

std::size_t jobs_of_launch_max(const PolicySetup& setup) {
  std::size_t jobs = 1;
  for (const BatchGroupSetup& group : setup.batch_groups)
    jobs = std::max<std::size_t>(jobs, group.batch_limit);
  return jobs;
}

bool ends_jobs(const LaunchStage& launch, const PolicySetup& setup) {
  return launch.stage.at() + 1 == task_of(launch, setup).stage_estimates.size();
}

LaunchEstimates estimates_of(const LaunchStage& launch, const Policy& policy, const PolicySetup& setup) {
  const TaskSetup& task = task_of(launch, setup);
  if (launch.batch == task.inputs) {
    return {policy.estimates(launch.jobs.front().task)[launch.stage.at()],
            task.stage_estimates[launch.stage.at()]};
  }
  DARIS_CHECK(task.batch_group < setup.batch_groups.size() && "a batch size of its own needs a batch group");
  for (const BatchTime& time : setup.batch_groups[task.batch_group].times) {
    if (time.inputs == launch.batch) return {time.execution, time.execution};
  }
  DARIS_CHECK(false && "the batch size is none of its group's");
  return {};
}

}  // namespace daris
