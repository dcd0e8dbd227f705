// Notices stages that take longer than any stage should, so that one that hangs can't block a run.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/event.h"
#include "policy/ids.h"
#include "policy/time.h"
#include "runtime/live_executor.h"

namespace daris {

// The run loop's. Looks at all slots eight times per `limit`, so that a turn of the loop costs one comparison.
class HangWatch {
 public:
  // REQUIRES: limit > 0.
  HangWatch(std::uint32_t contexts, std::uint32_t streams, Duration limit);

  void begin(SlotId slot, Time now) { launched_[slot.at()] = now; }
  void end(SlotId slot) { launched_[slot.at()] = Time::never(); }
  void forget(ContextId context);

  // Abandons each context in which a stage has run for longer than the limit, and appends it to `lost`.
  void check(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost) {
    if (now >= next_) look(now, executor, lost);
  }
  // When check() will look again.
  [[nodiscard]] Time next() const { return next_; }

 private:
  void look(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost);

  std::uint32_t contexts_;
  std::uint32_t streams_;
  Duration limit_;
  std::vector<Time> launched_;  // by slot; Time::never() where nothing runs
  Time next_;
};

}  // namespace daris
