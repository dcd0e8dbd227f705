#include "policy/context_loads.h"

#include <algorithm>

#include "base/check.h"

namespace daris {
ContextLoads::ContextLoads(const PolicySetup& setup)
    : contexts_(setup.contexts), homes_(setup.tasks.size()), totals_(setup.contexts) {
  const std::vector<std::uint32_t> levels = levels_of(setup);
  levels_ = levels.size();
  active_.resize(contexts_ * levels_);
  jobs_in_.resize(setup.tasks.size() * contexts_);
  for (const TaskSetup& setup_task : setup.tasks) {
    Task task;
    task.period = setup_task.period;
    task.level_rank = static_cast<std::uint32_t>(
        std::lower_bound(levels.begin(), levels.end(), setup_task.level) - levels.begin());
    task.counts_always = setup_task.level == 0 && !setup.switches.admission_level0;
    tasks_.push_back(task);
  }
}

void ContextLoads::set_work(TaskId task_id, Duration sum_of_estimates) {
  Task& task = tasks_[task_id.at()];
  const WideInteger utilization = multiply_divide_up(sum_of_estimates.ns(), kPartsPerWhole, task.period.ns());
  const WideInteger change = utilization - task.utilization;
  task.utilization = utilization;
  if (change == 0) return;
  if (task.at_home) add_at_home(task, homes_[task_id.at()].at(), change);
  if (task.jobs > 0 && !task.counts_always) add_to_jobs(task_id.at(), change);
}

void ContextLoads::add_at_home(const Task& task, std::size_t home, WideInteger utilization) {
  totals_[home] += utilization;
  if (task.counts_always) active_at(home, task.level_rank) += utilization;
}

void ContextLoads::add_to_jobs(std::size_t task_index, WideInteger change) {
  const Task& task = tasks_[task_index];
  const std::uint32_t* const jobs_in = &jobs_in_[task_index * contexts_];
  const std::size_t home = homes_[task_index].at();
  active_at(home, task.level_rank) += change * jobs_in[home];
  if (jobs_in[home] == task.jobs) return;  // nearly always: no job is left behind in an earlier home
  for (std::size_t context = 0; context < contexts_; ++context) {
    if (context != home) active_at(context, task.level_rank) += change * jobs_in[context];
  }
}

void ContextLoads::set_home(TaskId task_id, ContextId context) {
  Task& task = tasks_[task_id.at()];
  if (task.at_home) leave_home(task_id);
  homes_[task_id.at()] = context;
  task.at_home = true;
  add_at_home(task, context.at(), task.utilization);
}

void ContextLoads::leave_home(TaskId task_id) {
  Task& task = tasks_[task_id.at()];
  DARIS_CHECK(task.at_home);
  task.at_home = false;
  add_at_home(task, homes_[task_id.at()].at(), -task.utilization);
}

void ContextLoads::add_job(TaskId task_id, ContextId context) {
  Task& task = tasks_[task_id.at()];
  ++task.jobs;
  ++jobs_in_[task_id.at() * contexts_ + context.at()];
  if (!task.counts_always) active_at(context.at(), task.level_rank) += task.utilization;
}

void ContextLoads::remove_job(TaskId task_id, ContextId context) {
  Task& task = tasks_[task_id.at()];
  std::uint32_t& jobs = jobs_in_[task_id.at() * contexts_ + context.at()];
  DARIS_CHECK(jobs > 0);
  --task.jobs;
  --jobs;
  if (!task.counts_always) active_at(context.at(), task.level_rank) -= task.utilization;
}

WideInteger ContextLoads::active(ContextId context, TaskId task) const {
  const WideInteger* const by_level = &active_[context.at() * levels_];
  WideInteger sum = 0;
  for (std::uint32_t rank = 0; rank <= tasks_[task.at()].level_rank; ++rank) sum += by_level[rank];
  return sum;
}

}  // namespace daris
