// The timers that a policy has set, for whoever drives it. Each timer has one pending instant; setting the
// timer again moves it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"

namespace daris {

// A plain table with its earliest instant beside it, since policies set few timers and rarely, but next() is
// asked at every turn. Allocates only if a timer's number is above all before it.
class TimerTable {
 public:
  // Time::never() takes the timer back.
  void set(TimerId timer, Time at) {
    if (timer.at() >= due_.size()) due_.resize(timer.at() + 1, Time::never());
    const Time before = due_[timer.at()];
    due_[timer.at()] = at;
    next_ = before == next_ && at > before ? earliest() : std::min(next_, at);
  }

  [[nodiscard]] Time next() const { return next_; }

  // Takes the lowest timer that is due by `now`, if there is one. So timers of one poll come in ascending
  // order of their numbers.
  [[nodiscard]] std::optional<TimerId> take_due(Time now) {
    if (next_ > now) return std::nullopt;
    const auto due = std::find_if(due_.begin(), due_.end(), [now](Time at) { return at <= now; });
    *due = Time::never();
    next_ = earliest();
    return TimerId(static_cast<std::uint32_t>(due - due_.begin()));
  }

 private:
  [[nodiscard]] Time earliest() const { return *std::min_element(due_.begin(), due_.end()); }

  std::vector<Time> due_;  // by timer; Time::never() if it is not set
  Time next_ = Time::never();
};

}  // namespace daris
