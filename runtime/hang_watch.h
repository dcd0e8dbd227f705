// Notices stages that take longer than any stage should, so that one that hangs can't block a run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/event.h"
#include "policy/ids.h"
#include "runtime/live_executor.h"

namespace daris {

// How long a stage may take before it is taken to hang: 20 times its estimate, but no less than `least` and
// no more than `most`.
struct HangLimits {
  Duration least;
  Duration most;

  // Whatever it is estimated at.
  [[nodiscard]] static HangLimits fixed(Duration limit) { return {limit, limit}; }
  [[nodiscard]] Duration of(Duration estimate) const;
};

// The run loop's. Looks at all slots eight times per `limits.least`, and every 20 ms at least, so that a turn
// of the loop costs one comparison. Time in which nobody looked, because the whole program stood still,
// counts for no stage.
class HangWatch {
 public:
  // REQUIRES: 0 < limits.least <= limits.most.
  HangWatch(std::uint32_t contexts, std::uint32_t streams, HangLimits limits);

  // Where the program stood still until `now`, the next look adds that time to all slots, this one too.
  void begin(SlotId slot, Time now, Duration estimate) {
    due_[slot.at()] = std::min(now, next_) + limits_.of(estimate);
  }
  void end(SlotId slot) { due_[slot.at()] = Time::never(); }
  void forget(ContextId context);

  // Abandons each context in which a stage has run for longer than its limit, and appends it to `lost`.
  // REQUIRES: end() was told of all that is known to have ended.
  void check(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost) {
    if (now >= next_) look(now, executor, lost);
  }
  // When check() will look again.
  [[nodiscard]] Time next() const { return next_; }
  // The longest time by which it came too late to look.
  [[nodiscard]] Duration longest_unseen() const { return longest_unseen_; }

 private:
  void look(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost);

  std::uint32_t contexts_;
  std::uint32_t streams_;
  HangLimits limits_;
  std::vector<Time> due_;  // by slot: when it hangs; Time::never() where nothing runs
  Time next_;
  Duration longest_unseen_;
};

}  // namespace daris
