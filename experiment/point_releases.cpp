#include "experiment/point_releases.h"

#include <algorithm>
#include <vector>

namespace daris {

ReleaseList point_releases(const SettledConfig& config, const Workload& workload, const PolicySetup& setup,
                           const ReleaseLog* log, std::uint32_t replication) {
  Duration longest;
  for (const TaskSetup& task : setup.tasks) longest = std::max(longest, task.relative_deadline);
  const Time end = Time() + config.duration + longest;
  if (log == nullptr) return make_releases(workload, config.seed, replication, end);
  ReleaseList releases = log->releases;
  std::erase_if(releases, [end](const Release& release) { return release.nominal >= end; });
  return releases;
}

}  // namespace daris
