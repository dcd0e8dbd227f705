// Observers watch a run: an executor tells them what happens. Metrics, logs, traces and progress are
// observers. They are the same for the simulated and the real world.
#pragma once

#include <span>

#include "base/time.h"
#include "drive/host_gap.h"
#include "policy/decision.h"
#include "policy/event.h"

namespace daris {

// Holds what the executor knows about a stage that finished, beyond the policy's event.
struct StageMeasurement {
  // The GPU could have begun it then: after the launch, but before any wait for a hardware queue.
  Time started;
  Duration execution;  // as in the event
  // The time that the same stage and batch takes alone in this context; 0 if unknown.
  Duration alone;
  Duration estimate_mret;  // the policy's estimate when it was launched
  Duration estimate_afet;  // the estimate that the run began with
};

// One call of Policy::step(). `stages[i]` belongs to the i-th StageFinished of `events`. Everything pointed
// to lives only during the call.
struct Step {
  Time now;
  std::span<const Event> events;
  std::span<const Decision> decisions;
  std::span<const StageMeasurement> stages;
  // Of a live run: what the host took since the step before, in order. A gap may end after `now`.
  std::span<const HostGap> gaps = {};
};

// Threads: one at a time and in order. That is the thread that drives the policy, or one to which it hands
// its steps. An observer may not throw. It may not block if the thread that drives the policy calls it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_step(const Step& step) = 0;
  // The run is over; `end` is its last instant.
  virtual void on_end(Time end) = 0;
};

}  // namespace daris
