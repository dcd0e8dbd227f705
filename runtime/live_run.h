// One live run: a policy scheduling a workload on real hardware, in wall time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
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
  const PolicySetup* policy_setup = nullptr;  // not owned; what the policy was made from
  std::span<const Release>
      releases;  // sorted; up to the end of the measured window plus the longest deadline
  std::span<const std::vector<Duration>> alone_times;  // by task and stage, of a job alone; empty: unknown
  Time window_begin;                                   // figures are of [window_begin, window_end)
  Time window_end;  // the run goes on until every job released before it is settled, as simulate()
  HangLimits stage_limits =
      HangLimits::fixed(Duration::from_ns(2'000'000'000));  // beyond which a context is given up
  Duration schedule_limit = RunBook::kScheduleLimit;        // as there
  Duration drain_limit =
      Duration::from_ns(5'000'000'000);  // how long stages that still run at the end are waited for
  std::function<void()> begun = [] {};   // called once the clock has started anew; must not wait
  std::function<bool()> stopped = [] { return false; };  // asked at every turn; true ends the run early
  std::optional<std::uint32_t> core;                     // the calling thread is pinned to it during the run
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
  Duration
      stood_still;  // the longest time in which the run loop did not get to run; what is short is not seen
  RuntimeFigures figures;
};

// Runs to the end and tells the recorder every step; the calling thread is the scheduler's. `policy` must be
// fresh, the clock starts anew. All that one poll brings, with the releases and timers due by then, goes to
// the policy in one step; a release is due at its nominal instant on the clock, however late the ones before
// it were noticed.
//
// A launch that the executor refuses comes back as LaunchFailed in the step after. Between polls the thread
// does what the clock's idle() does. It allocates nothing per stage.
[[nodiscard]] LiveRunOutcome live_run(const LiveRunSetup& setup, Policy& policy, LiveExecutor& executor,
                                      RunClock& clock, StepRecorder& recorder);

}  // namespace daris
