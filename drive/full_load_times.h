// AFET, the average full-load execution time (docs/scheduler.md, "AFET"): the estimates with which a run
// begins. They are made from a closed loop over the run's task set in the run's shape.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/closed_loop_policy.h"

namespace daris {

// A guess of a stage's time, as long as none is known and any would do.
inline constexpr Duration kGuessedStage = Duration::from_ns(1'000'000);

// Returns mean times by task and stage, at least 1 ns each. Tasks of one work class (same model, precision,
// batch and weights) share the mean over all of them of which the loop has times. A task has no times if none
// of its class has. `class_of_task` is dense from 0.
[[nodiscard]] std::vector<std::vector<Duration>> full_load_times(
    const ClosedLoopResult& loop, std::span<const std::uint32_t> class_of_task);

}  // namespace daris
