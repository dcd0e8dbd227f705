// Checks what Policy::step() requires of its caller. It is the same for every policy.
#pragma once

#include <cstddef>
#include <span>

#include "base/check.h"
#include "base/time.h"
#include "policy/event.h"

namespace daris {

// Aborts unless `now` is not before the last step, events come kind by kind, and no release lies in the
// future.
inline void check_step(Time before, Time now, std::span<const Event> events) {
  DARIS_CHECK(now >= before);
  std::size_t kind = 0;
  for (const Event& event : events) {
    DARIS_CHECK(event.index() >= kind);
    kind = event.index();
    if (const auto* released = std::get_if<JobReleased>(&event))
      DARIS_CHECK(released->nominal_release <= now);
  }
}

// The ContextLost events, which come first.
[[nodiscard]] inline std::span<const Event> leading_losses(std::span<const Event> events) {
  std::size_t count = 0;
  while (count < events.size() && std::holds_alternative<ContextLost>(events[count])) ++count;
  return events.first(count);
}

}  // namespace daris
