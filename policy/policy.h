// The interface between a scheduler and the world that it schedules, simulated or real. What every policy
// decides is told in docs/scheduler.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

// A scheduler as a pure state machine: events in, decisions out. It reads no clock, starts no thread, does no
// I/O and draws no random number. So the same configuration and events give the same decisions in any world.
// Threads: one caller at a time. Allocates only in its constructor, and if a queue outgrows its largest size
// so far.
class Policy {
 public:
  virtual ~Policy() = default;

  // Takes all events of one instant (of one poll, if live) and gives the decisions to carry out, in order.
  // REQUIRES: `now` never decreases; `events` are ordered as policy/event.h says; a StageFinished or
  // LaunchFailed names a slot that is busy. The span and what it points to live until the next step().
  [[nodiscard]] virtual std::span<const Decision> step(Time now, std::span<const Event> events) = 0;

  // The current estimate of each stage of `task`. The next job's virtual deadlines would be made from these.
  [[nodiscard]] virtual std::span<const Duration> estimates(TaskId task) const = 0;

  // The current estimate of one stage of a batch, for a policy that learns those of each size. `size` is an
  // index into the times of batch group `group`. Returns nullopt if the set-up's times hold all the time.
  [[nodiscard]] virtual std::optional<Duration> batch_estimate([[maybe_unused]] std::uint32_t group,
                                                               [[maybe_unused]] std::size_t size,
                                                               [[maybe_unused]] StageIndex stage) const {
    return std::nullopt;
  }

  // The current home context of each task; empty if the policy has no homes. Before the first step it is the
  // placement before the run.
  [[nodiscard]] virtual std::span<const ContextId> homes() const = 0;

  // Says why the policy decides nothing any more, and null as long as it does. Whoever drives it should end
  // the run then. No policy of the table ever fails; one from a file may (plugin/guarded_policy.h). The text
  // lives as long as the policy.
  [[nodiscard]] virtual const char* failure() const { return nullptr; }
};

}  // namespace daris
