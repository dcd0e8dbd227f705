#include "experiment/time_budget.h"

#include <algorithm>

#include "base/check.h"

namespace daris {
namespace {

double measured_seconds(const Point& point) {
  return point.config.replications * point.config.duration.seconds();
}

}  // namespace

bool TimeBudget::admits(const Point& point) {
  const std::lock_guard lock(mutex_);
  const double now_s = clock_();
  const bool is_first = begun_s_.empty();
  used_up_ = used_up_ || (!is_first && now_s + slowest_ * measured_seconds(point) > budget_s_);
  if (used_up_) return false;
  begun_s_[point.id] = now_s;
  return true;
}

void TimeBudget::finished(const Point& point) {
  const std::lock_guard lock(mutex_);
  const auto begun = begun_s_.find(point.id);
  DARIS_CHECK(begun != begun_s_.end());
  const double wall_s = clock_() - begun->second;
  const double measured_s = measured_seconds(point);
  finished_wall_s_ += wall_s;
  finished_measured_s_ += measured_s;
  if (measured_s > 0) slowest_ = std::max(slowest_, wall_s / measured_s);
}

bool TimeBudget::used_up() const {
  const std::lock_guard lock(mutex_);
  return used_up_;
}

std::optional<double> TimeBudget::seconds_of(std::span<const Point> points) const {
  const std::lock_guard lock(mutex_);
  if (finished_measured_s_ <= 0) return std::nullopt;
  double measured_s = 0;
  for (const Point& point : points) measured_s += measured_seconds(point);
  return measured_s * finished_wall_s_ / finished_measured_s_;
}

}  // namespace daris
