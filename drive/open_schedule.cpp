#include "drive/open_schedule.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "policy/schedule.h"
#include "policy/schedule_check.h"

namespace daris {

OpenSchedule::OpenSchedule(const PolicySetup& setup, std::span<const Release> releases) {
  if (setup.schedule == nullptr) return;
  std::vector<std::uint32_t> released(setup.tasks.size(), 0);
  for (const Release& release : releases) ++released[release.job.task.at()];
  const auto executable = [&](const ScheduledLaunch& launch) {
    const std::span<const JobId> jobs = jobs_of(*setup.schedule, launch);
    return std::all_of(jobs.begin(), jobs.end(),
                       [&](JobId job) { return job.ordinal < released[job.task.at()]; });
  };
  const std::vector<ScheduledLaunch>& launches = setup.schedule->launches;
  executable_ = static_cast<std::size_t>(std::count_if(launches.begin(), launches.end(), executable));
}

}  // namespace daris
