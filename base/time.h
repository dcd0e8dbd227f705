// Time and Duration: integer nanoseconds in types of their own.
//
// A Time counts from the start of the run. Time zero is the first instant at which a job may be released. In
// the simulator time is virtual; live it is a monotonic clock less its value at the start. No clock is read
// in policy/.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace daris {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerMs = 1'000'000;

class Duration {
 public:
  constexpr Duration() = default;
  [[nodiscard]] static constexpr Duration from_ns(std::int64_t ns) { return Duration(ns); }
  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(ns_) / kNsPerSecond; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ns_ + b.ns_); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ns_ - b.ns_); }
  constexpr Duration& operator+=(Duration other) {
    ns_ += other.ns_;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    ns_ -= other.ns_;
    return *this;
  }

 private:
  explicit constexpr Duration(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

class Time {
 public:
  constexpr Time() = default;
  [[nodiscard]] static constexpr Time from_ns(std::int64_t ns) { return Time(ns); }
  // Later than any instant of any run.
  [[nodiscard]] static constexpr Time never() { return Time(std::numeric_limits<std::int64_t>::max()); }
  // Earlier than any instant of any run.
  [[nodiscard]] static constexpr Time earliest() { return Time(std::numeric_limits<std::int64_t>::min()); }
  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }

  friend constexpr auto operator<=>(Time, Time) = default;
  friend constexpr Time operator+(Time t, Duration d) { return Time(t.ns_ + d.ns()); }
  friend constexpr Time operator-(Time t, Duration d) { return Time(t.ns_ - d.ns()); }
  friend constexpr Duration operator-(Time a, Time b) { return Duration::from_ns(a.ns_ - b.ns_); }

 private:
  explicit constexpr Time(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

}  // namespace daris
