// Notices stages that take longer than any stage should, so that a hanging stage can't block a run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "policy/event.h"
#include "policy/ids.h"
#include "runtime/live_executor.h"

namespace daris {

// No stage takes longer on a GPU, however full it is: one that does counts as hanging.
inline constexpr Duration kStageLimit = Duration::from_ns(2'000'000'000);

// Limits how long a stage may take before it counts as hanging. The limit is 20 times its estimate, but no
// less than `least` and no more than `most`.
struct HangLimits {
  Duration least;
  Duration most;

  // The same limit for every estimate.
  [[nodiscard]] static HangLimits fixed(Duration limit) { return {limit, limit}; }
  [[nodiscard]] Duration of(Duration estimate) const;
};

// Belongs to the run loop. It looks at all slots eight times per `limits.least`, and at least every 20 ms. In
// between, a turn of the loop costs one comparison. Time in which nobody looked, because the whole program
// stood still, counts for no stage.
class HangWatch {
 public:
  // REQUIRES: 0 < limits.least <= limits.most.
  HangWatch(std::uint32_t contexts, std::uint32_t streams, HangLimits limits);

  // If the program stood still until `now`, the next look adds that time to all slots, this one too.
  void begin(SlotId slot, Time now, Duration estimate) {
    due_[slot.at()] = std::min(now, next_) + limits_.of(estimate);
  }
  void end(SlotId slot) { due_[slot.at()] = Time::never(); }
  void forget(ContextId context);

  // Abandons each context in which a stage has run for longer than its limit, and appends it to `lost`.
  // REQUIRES: end() was called for every stage that is known to have ended.
  void check(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost) {
    if (now >= next_) look(now, executor, lost);
  }
  // The instant from which check() looks again.
  [[nodiscard]] Time next() const { return next_; }
  // The longest time by which it came too late to look.
  [[nodiscard]] Duration longest_unseen() const { return longest_unseen_; }

 private:
  void look(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost);

  std::uint32_t contexts_;
  std::uint32_t streams_;
  HangLimits limits_;
  std::vector<Time> due_;  // by slot: when its stage counts as hanging; Time::never() if nothing runs
  Time next_;
  Duration longest_unseen_;
};

}  // namespace daris
