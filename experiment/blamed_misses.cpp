#include "experiment/blamed_misses.h"

#include <utility>

#include "analysis/trace/blame.h"
#include "experiment/log_header.h"

namespace daris {

BlamedMisses::BlamedMisses(const std::string& kind, const PointDescription& point, const Workload& workload,
                           const PolicySetup& setup, const Policy& policy)
    : recorder_(kind, make_log_header(kind, point, workload, setup, policy)) {}

void BlamedMisses::add_to(RunResults& results, const RunDescription& run) && {
  const RunTimeline timeline = std::move(recorder_).take();
  for (Tally& group : results.groups) group.miss_causes.emplace();
  for (const MissBlame& blame : blame_misses(timeline)) {
    const TimelineJob& job = timeline.jobs[blame.job];
    if (!job.counted) continue;
    Tally& group = results.groups[run.tasks[job.id.task.at()].group];
    ++(*group.miss_causes)[static_cast<std::size_t>(blame.cause)];
  }
}

}  // namespace daris
