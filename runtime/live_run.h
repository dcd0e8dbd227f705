// One live run: a policy scheduling a workload on real hardware, in wall time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "drive/injection.h"
#include "drive/run_book.h"
#include "drive/runtime_figures.h"
#include "policy/ids.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "runtime/hang_watch.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"
#include "runtime/step_recorder.h"
#include "workloads/workload.h"

namespace daris {

struct LiveRunSetup {
  const PolicySetup* policy_setup = nullptr;  // not owned; the policy was made from it
  // Sorted; up to the end of the measured window plus the longest deadline.
  std::span<const Release> releases;
  // Gives stage times of a job alone, by task and stage; empty if they are not known.
  std::span<const std::vector<Duration>> alone_times;
  // Figures are of [window_begin, window_end). The run goes on until every job released before `window_end`
  // is settled, as in simulate().
  Time window_begin;
  Time window_end;
  // A context in which a stage takes longer is given up.
  HangLimits stage_limits = HangLimits::fixed(kStageLimit);
  Duration schedule_limit = RunBook::kScheduleLimit;
  // For policies that admit nothing: the executor is told of each job at its release.
  bool admits_all = false;
  // Stages that still run at the end are waited for so long.
  Duration drain_limit = Duration::from_ns(5'000'000'000);
  // The same if `stopped` ended the run.
  Duration drain_limit_if_stopped = Duration::from_ns(5'000'000'000);
  // Called once the clock has started anew; must not wait.
  std::function<void()> begun = [] {};
  // Called at every turn of the loop; true ends the run early.
  std::function<bool()> stopped = [] { return false; };
  // The calling thread is pinned to this core during the run.
  std::optional<std::uint32_t> core;
  // Disturbances (drive/injection.h). A context that is to be lost is given up, as if a stage in it hung.
  std::span<const ContextLoss> losses = {};  // sorted by time
  std::span<const LateReleases> late_releases = {};
};

enum class RunEnd {
  kDone,
  kStopped,    // `stopped` said so
  kNoContext,  // every context was lost
};

struct LiveRunOutcome {
  RunEnd how = RunEnd::kDone;
  Time end;                     // as told to the observers
  bool drained = true;          // false: a stage still runs in the executor, which can't be used again
  std::vector<ContextId> lost;  // in the order in which they were lost
  Duration stood_still;  // the longest time in which the run loop did not get to run; short ones are not seen
  RuntimeFigures figures;
};

// Runs to the end and tells the recorder every step. The calling thread is the scheduler's. `policy` must be
// fresh; the clock starts anew. All that one poll brings goes to the policy in one step, with the releases
// and timers due by then. A release is due at its nominal instant on the clock, however late earlier ones
// were noticed; but if releases are to be late, it is due when it is to be told.
//
// A launch that the executor refuses comes back as LaunchFailed in the next step. Between polls the thread
// calls the clock's idle(). It allocates nothing per stage.
[[nodiscard]] LiveRunOutcome live_run(const LiveRunSetup& setup, Policy& policy, LiveExecutor& executor,
                                      RunClock& clock, StepRecorder& recorder);

}  // namespace daris
