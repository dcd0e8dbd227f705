// The wall time that a sweep may take. What has begun is finished, so no point begins that would probably end
// too late.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "experiment/point_runner.h"

namespace daris {

// Threads: any may call its functions.
class TimeBudget {
 public:
  // Gives the seconds since the sweep began.
  using Clock = std::function<double()>;

  TimeBudget(Duration budget, Clock clock) : budget_s_(budget.seconds()), clock_(std::move(clock)) {}

  // Tells whether the point may begin, and takes it as begun if so. The first point may. Another may if it
  // ends in time even if it takes as long, for each second that it measures, as the slowest point so far. A
  // point with a precision counts as if it needed as many more replications as the neediest so far. Once a
  // point may not begin, no other may.
  [[nodiscard]] bool admits(const Point& point);
  // The point was finished, after so many replications. REQUIRES: it was admitted.
  void finished(const Point& point, std::uint32_t replications);

  // Tells whether a point was not admitted.
  [[nodiscard]] bool used_up() const;
  // How long points take one after the other, going by the finished ones on average; nullopt if there are
  // none.
  [[nodiscard]] std::optional<double> seconds_of(std::span<const Point> points) const;

 private:
  // How many more replications points with a precision needed than their first round has: a factor.
  struct Growth {
    double most = 1;
    double sum = 0;
    std::size_t points = 0;

    [[nodiscard]] double mean() const { return points > 0 ? sum / static_cast<double>(points) : 1; }
  };

  mutable std::mutex mutex_;
  const double budget_s_;
  const Clock clock_;
  bool any_begun_ = false;
  std::map<std::string, double> begun_s_;  // by id; of points that are not finished
  Growth growth_;
  double slowest_ = 0;  // wall time over measured time
  double finished_wall_s_ = 0;
  double finished_measured_s_ = 0;
  bool used_up_ = false;
};

}  // namespace daris
