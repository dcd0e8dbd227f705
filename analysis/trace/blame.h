// Says why jobs missed their deadlines: one cause for each miss, from the event log alone. The rule is in
// docs/blame.md.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/report/miss_cause.h"
#include "analysis/trace/run_timeline.h"
#include "base/time.h"

namespace daris {

// How much each cause added to a job's response beyond what the estimates promised, by MissCause.
using CauseTimes = std::array<Duration, kMissCauses>;

struct MissBlame {
  std::uint32_t job = 0;  // index into RunTimeline::jobs
  MissCause cause = MissCause::kQueueing;
  CauseTimes times;
};

// One entry for each job that missed, in the order of jobs.
[[nodiscard]] std::vector<MissBlame> blame_misses(const RunTimeline& timeline);

}  // namespace daris
