// Tells whether a recorded schedule can be executed by this machine's slots, for these tasks, without waiting
// for itself.
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

// Errors: the setup has no schedule. Jobs or launches are not as policy/schedule.h requires. The setup knows
// no such slot, context, task, stage or batch size. A launch names a job that was not admitted, or a stage
// that is not its next one. A schedule that passes can't wait in a circle, since the recorded order of
// launches is one that works.
[[nodiscard]] Status check_schedule(const PolicySetup& setup);

// Finds where a job stands in Schedule::jobs. REQUIRES: jobs by task, then ordinal, none left out from 0 on.
class ScheduledJobNumbers {
 public:
  ScheduledJobNumbers(std::span<const ScheduledJob> jobs, std::size_t tasks);
  // Returns nullopt if the schedule does not have the job.
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
