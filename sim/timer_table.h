// The timers that a policy has set: one pending instant a timer, moved by setting it again.
#pragma once

#include <cstdint>

#include "policy/ids.h"
#include "policy/time.h"
#include "sim/event_queue.h"

namespace daris {

// Allocates only where a timer's number is above all before it.
class TimerTable {
 public:
  // Time::never() takes the timer back.
  void set(TimerId timer, Time at) {
    if (timer.value() >= capacity_) grow(timer.value() + 1);
    if (at == Time::never()) {
      queue_.clear(timer.value());
    } else {
      queue_.set(timer.value(), at);
    }
  }

  [[nodiscard]] Time next() const { return queue_.top().time; }

  // Takes the lowest timer due at next(). REQUIRES: next() is not Time::never().
  TimerId take() {
    const TimerId timer(queue_.top().slot);
    queue_.clear(timer.value());
    return timer;
  }

 private:
  void grow(std::uint32_t timers) {
    EventQueue larger(timers);
    for (Time at = next(); at != Time::never(); at = next()) larger.set(take().value(), at);
    queue_ = larger;
    capacity_ = timers;
  }

  std::uint32_t capacity_ = 1;
  EventQueue queue_{1};
};

}  // namespace daris
