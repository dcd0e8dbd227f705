// An event tells the scheduler what happened in an executor.
#pragma once

#include <variant>

#include "base/time.h"
#include "policy/ids.h"

namespace daris {

// The context is gone for good. The policy ignores later events of it.
struct ContextLost {
  ContextId context;
  friend bool operator==(const ContextLost&, const ContextLost&) = default;
};

enum class LaunchFailure { kOutOfMemory, kDeviceError, kRefused };

// The launch decided for `slot` was not carried out. Its jobs are dropped, and the slot is free again.
struct LaunchFailed {
  SlotId slot;
  LaunchFailure reason = LaunchFailure::kRefused;
  friend bool operator==(const LaunchFailed&, const LaunchFailed&) = default;
};

// `execution` is how long the stage had its slot on the GPU. It holds waits for a hardware queue that other
// slots share, but not the time until the end was noticed.
struct StageFinished {
  SlotId slot;
  Duration execution;
  friend bool operator==(const StageFinished&, const StageFinished&) = default;
};

// Deadlines and response times count from `nominal_release`, which is never later than the step that brings
// the event.
struct JobReleased {
  JobId job;
  Time nominal_release;
  friend bool operator==(const JobReleased&, const JobReleased&) = default;
};

// A timer set by SetTimer has come due. Setting a timer again moves it.
struct TimerFired {
  TimerId timer;
  friend bool operator==(const TimerFired&, const TimerFired&) = default;
};

// Events of one instant come in the order of these alternatives, and within one alternative by ascending id.
using Event = std::variant<ContextLost, LaunchFailed, StageFinished, JobReleased, TimerFired>;

}  // namespace daris
