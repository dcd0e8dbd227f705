// The work that waits in a pool of slots, and what it would not wait for without disturbances.
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

// What a job found at an instant at which a stage of it became ready. Shares of the backlog add up to at most
// 1; the rest would wait there anyway.
struct BacklogSample {
  std::array<double, kMissCauses> shares{};
  // At the release alone: estimated work of jobs of the same or a higher level, admitted before and not done.
  Duration ahead;
};

// By job: a sample for the release and one for the end of each stage but the last. Empty for jobs that did
// not miss.
//
// Beside the backlog stands the one that there would be without disturbances: each job comes at its nominal
// release, each stage takes what was promised, and no context is lost. What waits beyond it is due to the
// disturbances. Each has a share by the work that it brought or held up since the pool was last so far ahead.
[[nodiscard]] std::vector<std::vector<BacklogSample>> sample_backlogs(
    const RunTimeline& timeline, const SlotPools& pools, const std::vector<StagePromise>& promises);

// The work that a job brings: the estimates of its stages or, if jobs share batches, its part of the batch
// that takes the least time an input.
[[nodiscard]] Duration work_of(const PolicySetup& setup, std::size_t task);

}  // namespace daris
