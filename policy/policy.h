// The interface between a scheduler and the world that it schedules, simulated or real.
#pragma once

#include <span>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

// A scheduler as a pure state machine: events in, decisions out. It reads no clock, starts no thread, does no
// I/O and draws no random number, so that the same configuration and events give the same decisions in any
// world. Threads: one caller at a time. Allocates only in its constructor and where a queue outgrows its
// largest size so far.
class Policy {
 public:
  virtual ~Policy() = default;

  // Takes all events of one instant (live: of one poll) and gives the decisions to carry out, in order.
  // REQUIRES: `now` never decreases; `events` are ordered as policy/event.h says; a StageFinished or
  // LaunchFailed names a slot that is busy. The span and what it points to live until the next step().
  [[nodiscard]] virtual std::span<const Decision> step(Time now, std::span<const Event> events) = 0;

  // The present estimate of each stage of `task`, in nanoseconds: what the next virtual deadline would be
  // made from.
  [[nodiscard]] virtual std::span<const Duration> estimates(TaskId task) const = 0;

  // The present home context of each task; empty where the policy has no homes. The placement before the run,
  // if asked before the first step.
  [[nodiscard]] virtual std::span<const ContextId> homes() const = 0;
};

}  // namespace daris
