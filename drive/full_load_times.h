// AFET, average full-load execution time (scheduler.md, "What it knows"): the estimates that a run begins
// with, made from a closed loop over its task set in its shape.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/closed_loop_policy.h"

namespace daris {

// By task and stage: the mean time of the stage, at least 1 ns. Tasks of one work class (same model,
// precision, batch and weights; `class_of_task`, dense from 0) share the mean over all of them that ran.
// REQUIRES: at least one task of each class ran.
[[nodiscard]] std::vector<std::vector<Duration>> full_load_times(
    const ClosedLoopResult& loop, std::span<const std::uint32_t> class_of_task);

}  // namespace daris
