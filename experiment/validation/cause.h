// Where the error of a predicted throughput comes from.
#pragma once

#include <optional>
#include <string>

#include "base/json/json.h"

namespace daris {

struct ErrorCause {
  // "contention": stages ran slower or faster beside others than predicted. "times alone": their times alone,
  // with launches, differ. "queueing": slots stood idle for another share of the time. "batches": a launch
  // held another number of jobs. "decisions": another share of jobs was admitted, while the slots had room.
  std::string name;
  std::string text;  // for people: the figures behind it
};

// Throughput is jobs per launch, times the busy share of slots, over the mean time that a launch holds its
// slot. That time is the stage's time alone times its slowdown. So the logarithm of the error is a sum of
// four, and the largest of its sign is the cause. Nullopt if a side finished no stage, or if the error is 0.
[[nodiscard]] std::optional<ErrorCause> cause_of_error(const Json& live, const Json& simulated);

}  // namespace daris
