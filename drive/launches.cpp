#include "drive/launches.h"

#include <algorithm>
#include <optional>
#include <vector>

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
  const std::size_t stage = launch.stage.at();
  const bool own_size = launch.batch == task.inputs;
  if (task.batch_group < setup.batch_groups.size()) {
    const std::vector<BatchTime>& times = setup.batch_groups[task.batch_group].times;
    const auto size = std::find_if(times.begin(), times.end(),
                                   [&](const BatchTime& time) { return time.inputs == launch.batch; });
    DARIS_CHECK((own_size || size != times.end()) && "the batch size is none of its group's");
    if (size != times.end()) {
      const Duration afet = size->stages.empty() ? size->execution : size->stages[stage];
      const auto index = static_cast<std::size_t>(size - times.begin());
      const std::optional<Duration> learned = policy.batch_estimate(task.batch_group, index, launch.stage);
      if (learned || !own_size) return {learned.value_or(afet), afet};
    }
  }
  DARIS_CHECK(own_size && "a batch size of its own needs a batch group");
  return {policy.estimates(launch.jobs.front().task)[stage], task.stage_estimates[stage]};
}

}  // namespace daris
