#include "base/host/clock_step.h"

#include <chrono>
#include <utility>

#include "base/number_text.h"

namespace daris {
namespace {

// A clock that is kept in step goes faster or slower by 0.05% at most; in 200 s that makes 100 ms.
constexpr Duration kStepMin = Duration::from_ns(100 * kNsPerMs);

std::int64_t now_ns(const auto& clock) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(clock.now().time_since_epoch()).count();
}

}  // namespace

Duration ClockStep::lead_of_this_machine() {
  return Duration::from_ns(now_ns(std::chrono::system_clock()) - now_ns(std::chrono::steady_clock()));
}

ClockStep::ClockStep(Lead lead) : lead_(std::move(lead)), begin_(lead_()) {}

std::optional<Duration> ClockStep::so_far() const {
  const Duration step = lead_() - begin_;
  const Duration size = step < Duration() ? Duration() - step : step;
  if (size < kStepMin) return std::nullopt;
  return step;
}

std::optional<std::string> ClockStep::warning() const {
  const std::optional<Duration> step = so_far();
  if (!step) return std::nullopt;
  return "the system's clock was set by " + number_text(step->seconds()) +
         " s during the run; its times are of a clock that only goes on, but started_utc and other logs may "
         "not fit";
}

}  // namespace daris
