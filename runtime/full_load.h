// What a live run measures while it warms up: a closed loop over its own executor, in its own shape.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "drive/closed_loop_policy.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "workloads/workload.h"

namespace daris {

struct FullLoadRequest {
  const Workload* workload = nullptr;  // not owned; what the executor was made for
  std::vector<std::uint32_t> stages;   // by task
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  std::uint32_t rounds = 20;  // measured executions of each work class, at least
  Duration least;             // how long the measured part takes, at least
  ClosedLoopWork work;        // by default all slots take all tasks in turn
  std::function<bool()> stopped = [] { return false; };
  std::optional<std::uint32_t> core;
  Duration stage_limit =
      Duration::from_ns(2'000'000'000);  // beyond which a context is given up: nothing is estimated yet
};

// Tasks of equal model, precision, batch and weights in the sense of stage times: dense numbers from 0, by
// task.
[[nodiscard]] std::vector<std::uint32_t> work_classes(const Workload& workload);

// Every class that runs is measured `rounds` times at least, and each slot that runs has 8 measured turns at
// least, after 2 to warm up. Where that is over before `least`, another loop, long enough, takes its place.
// Errors: a launch failed or a stage hung; `stopped` said so. The executor is drained then too, where that
// can be.
[[nodiscard]] Result<ClosedLoopResult> measure_full_load(const FullLoadRequest& request,
                                                         LiveExecutor& executor, RunClock& clock);

}  // namespace daris
