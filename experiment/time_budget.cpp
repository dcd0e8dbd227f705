#include "experiment/time_budget.h"

#include <algorithm>

#include "base/check.h"

namespace daris {
namespace {

// `growth`: how many times its first round a point with a precision needs.
double measured_seconds(const Point& point, double growth) {
  double replications = point.config.replications;
  if (point.config.precision)
    replications = std::min<double>(replications * growth, point.config.replications_max);
  return replications * point.config.duration.seconds();
}

}  // namespace

bool TimeBudget::admits(const Point& point) {
  const std::lock_guard lock(mutex_);
  const double now_s = clock_();
  const double measured_s = measured_seconds(point, growth_.most);
  used_up_ = used_up_ || (any_begun_ && now_s + slowest_ * measured_s > budget_s_);
  if (used_up_) return false;
  any_begun_ = true;
  begun_s_[point.id] = now_s;
  return true;
}

void TimeBudget::finished(const Point& point, std::uint32_t replications) {
  const std::lock_guard lock(mutex_);
  const auto begun = begun_s_.find(point.id);
  DARIS_CHECK(begun != begun_s_.end());
  const double wall_s = clock_() - begun->second;
  begun_s_.erase(begun);
  const double measured_s = replications * point.config.duration.seconds();
  if (point.config.precision) {
    const double growth = static_cast<double>(replications) / point.config.replications;
    growth_.most = std::max(growth_.most, growth);
    growth_.sum += growth;
    ++growth_.points;
  }
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
  for (const Point& point : points) measured_s += measured_seconds(point, growth_.mean());
  return measured_s * finished_wall_s_ / finished_measured_s_;
}

}  // namespace daris
