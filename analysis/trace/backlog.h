// The work that waits in a pool of slots, and whose fault it is that it still waits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/trace/blame.h"
#include "analysis/trace/run_timeline.h"
#include "analysis/trace/slot_pools.h"
#include "analysis/trace/stage_promises.h"
#include "base/time.h"

namespace daris {

// What a job found at an instant at which a stage of it became ready. Shares add up to at most 1; the rest is
// work that no disturbance delayed.
struct BacklogSample {
  std::array<double, kMissCauses> shares{};
  // At the release alone: estimated work of jobs of the same or a higher level, admitted before and not done.
  Duration ahead;
};

// By job: a sample for the release and one for the end of each stage but the last. Empty for jobs that did
// not miss.
//
// Work comes with each admission, by the estimates, and goes with each stage. What goes takes of every share
// in proportion. If a job is told late, its work counts as late_release, up to its lateness. If a stage takes
// longer than promised, so much of the work that waits meanwhile is its cause's. The same holds for the time
// that launches take. Work of jobs that had to leave a lost context counts as launch.
[[nodiscard]] std::vector<std::vector<BacklogSample>> sample_backlogs(
    const RunTimeline& timeline, const SlotPools& pools, const std::vector<StagePromise>& promises);

// The work that a job brings: the estimates of its stages or, if jobs share batches, its part of the batch
// that takes the least time an input.
[[nodiscard]] Duration work_of(const PolicySetup& setup, std::size_t task);

}  // namespace daris
