#include "drive/counted_jobs.h"

namespace daris {

CountedJobs::CountedJobs(std::span<const Release> releases, std::span<const TaskSetup> tasks,
                         Time measured_end)
    : measured_end_(measured_end), first_(tasks.size(), 0) {
  std::vector<std::size_t> jobs(tasks.size(), 0);
  for (const Release& release : releases) {
    std::size_t& count = jobs[release.job.task.at()];
    count = std::max<std::size_t>(count, release.job.ordinal + std::size_t{1});
  }
  std::size_t total = 0;
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    first_[task] = total;
    total += jobs[task];
  }
  settled_.assign(total, 0);
  for (const Release& release : releases) {
    const std::size_t task = release.job.task.at();
    const Time deadline = release.nominal + tasks[task].relative_deadline;
    if (release.nominal < measured_end && deadline > measured_end) {
      tail_.push_back({deadline, first_[task] + release.job.ordinal});
    }
  }
  std::stable_sort(tail_.begin(), tail_.end(),
                   [](const TailJob& a, const TailJob& b) { return a.deadline < b.deadline; });
}

}  // namespace daris
