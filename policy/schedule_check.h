// Whether a recorded schedule can be executed: by this machine's slots, for these tasks, without waiting for
// itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "policy/ids.h"
#include "policy/schedule.h"
#include "policy/setup.h"

namespace daris {

// Errors: there is none; jobs or launches that are not as policy/schedule.h requires; a slot, context, task,
// stage or batch size that the setup does not have; a launch of a job that was not admitted, or whose stage
// is not the job's next one. After that no order of launches within the slots can wait in a circle: the
// recorded order is one that works.
[[nodiscard]] Status check_schedule(const PolicySetup& setup);

// Where a job stands in Schedule::jobs. REQUIRES: jobs by task, then ordinal, none left out from 0 on.
class ScheduledJobNumbers {
 public:
  ScheduledJobNumbers(std::span<const ScheduledJob> jobs, std::size_t tasks);
  // Nothing for a job that the schedule does not have.
  [[nodiscard]] std::optional<std::uint32_t> find(JobId job) const {
    if (job.task.at() + 1 >= first_.size()) return std::nullopt;
    const std::uint32_t begin = first_[job.task.at()];
    if (job.ordinal >= first_[job.task.at() + 1] - begin) return std::nullopt;
    return begin + job.ordinal;
  }

 private:
  std::vector<std::uint32_t> first_;  // by task, and one past the end
};

[[nodiscard]] inline std::span<const JobId> jobs_of(const Schedule& schedule, const ScheduledLaunch& launch) {
  return {schedule.launched_jobs.data() + launch.first_job, launch.jobs};
}

}  // namespace daris
