// The measurement of a live run's warm-up: a closed loop over the run's own executor, in its own shape.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "drive/closed_loop_policy.h"
#include "runtime/hang_watch.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "workloads/workload.h"

namespace daris {

struct FullLoadRequest {
  const Workload* workload = nullptr;  // not owned; the executor was made for it
  std::vector<std::uint32_t> stages;   // by task
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  std::uint32_t rounds = 20;  // measured executions of each work class, at least
  Duration least;             // how long the measured part takes, at least
  // By context: the levels that may use it; empty: every level may use all contexts.
  std::vector<std::vector<std::uint32_t>> context_levels = {};
  ClosedLoopWork work;  // by default all slots take all tasks in turn whose levels may use them
  // `work` names one task: it runs alone in the first slot that its level may use.
  bool alone = false;
  // Inputs are copied before the launch if the executor does that for jobs that wait.
  bool early_inputs = false;
  std::function<bool()> stopped = [] { return false; };
  std::optional<std::uint32_t> core;
  // A context in which a stage takes longer is given up; nothing is estimated yet.
  Duration stage_limit = kStageLimit;
};

// The work class of each task: a dense number from 0. Tasks of one class have the same model, precision,
// batch and kind of weights, so their stages take equally long.
[[nodiscard]] std::vector<std::uint32_t> work_classes(const Workload& workload);

// Every class that runs is measured `rounds` times at least. Each slot that runs has at least 8 measured
// laps, after 2 to warm up. If that is over before `least`, a longer loop takes its place. So it does if
// contexts are for different levels, and those of one kind had too few laps. Errors: a launch failed, a stage
// hung, or `stopped` said so. The executor is then drained too, if it can be.
[[nodiscard]] Result<ClosedLoopResult> measure_full_load(const FullLoadRequest& request,
                                                         LiveExecutor& executor, RunClock& clock);

}  // namespace daris
