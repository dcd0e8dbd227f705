#include "analysis/trace/job_lanes.h"

#include <algorithm>

namespace daris {

JobLanes assign_lanes(const RunTimeline& timeline) {
  const std::size_t tasks = timeline.header.setup.tasks.size();
  std::vector<std::vector<Time>> free_from(tasks, std::vector<Time>(1, Time::earliest()));
  JobLanes result;
  result.lane.reserve(timeline.jobs.size());
  for (const TimelineJob& job : timeline.jobs) {
    std::vector<Time>& lanes = free_from[job.id.task.at()];
    const auto free =
        std::find_if(lanes.begin(), lanes.end(), [&](Time at) { return at <= job.nominal_release; });
    const auto lane = static_cast<std::uint32_t>(free - lanes.begin());
    if (free == lanes.end()) lanes.emplace_back();
    lanes[lane] = job.ended;
    result.lane.push_back(lane);
  }
  for (const std::vector<Time>& lanes : free_from)
    result.lanes.push_back(static_cast<std::uint32_t>(lanes.size()));
  return result;
}

}  // namespace daris
