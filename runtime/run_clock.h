// The time of a live run: a monotonic clock minus its value at the start. Steps of the system's wall clock
// don't move it.
#pragma once

#include <time.h>

#include <atomic>

#include "base/time.h"

namespace daris {

// Threads: now() from any, at any time; restart() and idle() from the run loop's.
class RunClock {
 public:
  virtual ~RunClock() = default;

  [[nodiscard]] virtual Time now() const = 0;

  // From here on now() counts from zero. REQUIRES: nothing runs that reads the clock.
  virtual void restart() = 0;

  // Called if the run loop has nothing to do until `next` unless a stage ends. May return at any time.
  virtual void idle(Time next) = 0;
};

// Says how the run loop waits.
enum class IdleMode {
  kSpin,  // polls without a pause: for a scheduler thread with a core of its own
  kNap,   // sleeps for some 50 us at a time: for workers that share its cores
};

class MonotonicClock final : public RunClock {
 public:
  explicit MonotonicClock(IdleMode mode) : mode_(mode) { restart(); }

  [[nodiscard]] Time now() const override {
    return Time::from_ns(raw_ns() - origin_ns_.load(std::memory_order_relaxed));
  }
  void restart() override { origin_ns_.store(raw_ns(), std::memory_order_relaxed); }
  void idle(Time next) override;

 private:
  [[nodiscard]] static std::int64_t raw_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * kNsPerSecond + now.tv_nsec;
  }

  IdleMode mode_;
  std::atomic<std::int64_t> origin_ns_{0};
};

}  // namespace daris
