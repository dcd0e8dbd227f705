#include "policy/schedule_check.h"

#include <algorithm>
#include <string>

namespace daris {
namespace {

std::string name_of(JobId job) {
  return "job " + std::to_string(job.ordinal) + " of task " + std::to_string(job.task.value());
}

class Checker {
 public:
  explicit Checker(const PolicySetup& setup) : setup_(setup), schedule_(*setup.schedule) {}

  Status check() {
    if (Status status = check_jobs(); !status.ok()) return status;
    const ScheduledJobNumbers numbers(schedule_.jobs, setup_.tasks.size());
    next_stage_.assign(schedule_.jobs.size(), 0);
    Time before = schedule_.launches.empty() ? Time() : schedule_.launches.front().at;
    for (std::size_t i = 0; i < schedule_.launches.size(); ++i) {
      const ScheduledLaunch& launch = schedule_.launches[i];
      place_ = "schedule: launch " + std::to_string(i) + ": ";
      if (launch.at < before) return wrong("time", launch.at.ns(), "not before that of the launch before it");
      before = launch.at;
      if (Status status = check_launch(launch, numbers); !status.ok()) return status;
    }
    return {};
  }

 private:
  Status wrong(const std::string& what, std::int64_t found, const std::string& right) const {
    return Error{place_ + what + " is " + std::to_string(found) + "; it must be " + right};
  }

  Status check_jobs() {
    JobId next;
    for (const ScheduledJob& job : schedule_.jobs) {
      place_ = "schedule: " + name_of(job.id) + ": ";
      if (job.id.task.at() >= setup_.tasks.size())
        return wrong("number of tasks", static_cast<std::int64_t>(setup_.tasks.size()),
                     "above that of the task");
      if (job.id.task > next.task) next = {0, job.id.task};
      if (job.id != next) return Error{place_ + "stands where " + name_of(next) + " should"};
      ++next.ordinal;
      if (!job.rejected && job.context.value() >= setup_.contexts)
        return wrong("context", job.context.value(), "below " + std::to_string(setup_.contexts));
    }
    return {};
  }

  Status check_launch(const ScheduledLaunch& launch, const ScheduledJobNumbers& numbers) {
    const std::uint32_t slots = setup_.contexts * setup_.streams;
    if (launch.slot.value() >= slots)
      return wrong("slot", launch.slot.value(), "below " + std::to_string(slots));
    const std::size_t end = std::size_t{launch.first_job} + launch.jobs;
    if (launch.jobs < 1 || end > schedule_.launched_jobs.size())
      return wrong("number of jobs", launch.jobs, "at least 1, and all must be there");
    for (const JobId job : jobs_of(schedule_, launch)) {
      const std::optional<std::uint32_t> number = numbers.find(job);
      if (!number || schedule_.jobs[*number].rejected)
        return Error{place_ + name_of(job) + " was not admitted"};
      if (Status status = check_stage(launch, job, next_stage_[*number]++); !status.ok()) return status;
    }
    return check_batch(launch);
  }

  Status check_stage(const ScheduledLaunch& launch, JobId job, std::uint32_t next) const {
    const std::size_t stages = setup_.tasks[job.task.at()].stage_estimates.size();
    if (launch.stage.at() >= stages) {
      return wrong("stage", std::int64_t{launch.stage.value()} + 1,
                   "at most " + std::to_string(stages) + ", as many as task " +
                       std::to_string(job.task.value()) + " has here");
    }
    if (launch.stage.value() == next) return {};
    return wrong("stage", std::int64_t{launch.stage.value()} + 1,
                 std::to_string(next + 1) + ", the next one of " + name_of(job));
  }

  // A task's own batch for one job, or a size of its batch group.
  Status check_batch(const ScheduledLaunch& launch) const {
    const TaskSetup& first = setup_.tasks[schedule_.launched_jobs[launch.first_job].task.at()];
    if (launch.jobs == 1 && launch.batch == first.inputs) return {};
    if (first.batch_group >= setup_.batch_groups.size())
      return wrong("batch", launch.batch, std::to_string(first.inputs) + ", that of its task here");
    const BatchGroupSetup& group = setup_.batch_groups[first.batch_group];
    const auto is_size = [&](const BatchTime& time) { return time.inputs == launch.batch; };
    if (std::none_of(group.times.begin(), group.times.end(), is_size))
      return wrong("batch", launch.batch, "one of the sizes that are known here");
    std::uint64_t inputs = 0;
    for (const JobId job : jobs_of(schedule_, launch)) {
      const TaskSetup& task = setup_.tasks[job.task.at()];
      if (task.batch_group != first.batch_group) return Error{place_ + "its jobs are of different weights"};
      inputs += task.inputs;
    }
    if (inputs > launch.batch) return wrong("batch", launch.batch, "at least the inputs of its jobs");
    if (launch.jobs <= std::max(1U, group.batch_limit)) return {};
    return wrong("number of jobs", launch.jobs,
                 "at most the batch limit, " + std::to_string(group.batch_limit));
  }

  const PolicySetup& setup_;
  const Schedule& schedule_;
  std::string place_;
  std::vector<std::uint32_t> next_stage_;  // by job
};

}  // namespace

Status check_schedule(const PolicySetup& setup) {
  if (setup.schedule == nullptr) return Error{"a recorded schedule is needed"};
  return Checker(setup).check();
}

ScheduledJobNumbers::ScheduledJobNumbers(std::span<const ScheduledJob> jobs, std::size_t tasks)
    : first_(tasks + 1, 0) {
  for (const ScheduledJob& job : jobs) ++first_[job.id.task.at() + 1];
  for (std::size_t task = 0; task < tasks; ++task) first_[task + 1] += first_[task];
}

}  // namespace daris
