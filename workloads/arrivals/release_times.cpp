#include "workloads/arrivals/release_times.h"

#include <cmath>

#include "base/check.h"
#include "base/duration_ms.h"
#include "workloads/arrivals/distributions.h"
#include "workloads/arrivals/philox_stream.h"

namespace daris {
namespace {

// The instant to which the next gap leads. It is never past `end`, so that a sum can't overflow.
Time after(Time from, double gap_ns, Time end) {
  if (gap_ns >= static_cast<double>((end - from).ns())) return end;
  return from + Duration::from_ns(static_cast<std::int64_t>(std::floor(gap_ns + 0.5)));
}

class Releases {
 public:
  Releases(const TaskGroup& group, PhiloxStream arrivals, Time end)
      : group_(group), arrivals_(arrivals), end_(end) {}

  std::vector<Time> periodic(Time first) {
    for (Time time = first; time < end_; time = time + group_.period) add(time);
    return std::move(times_);
  }

  std::vector<Time> sporadic(Time first) {
    const std::int64_t jitter_ns = duration_of_ms(group_.arrival.jitter_ms).ns();
    const std::int64_t least_ns = group_.period.ns() - jitter_ns / 2;
    DARIS_CHECK(least_ns > 0);
    for (Time time = first; time < end_;) {
      add(time);
      const std::int64_t more_ns =
          jitter_ns == 0
              ? 0
              : static_cast<std::int64_t>(arrivals_.next_below(static_cast<std::uint64_t>(jitter_ns)));
      time = time + Duration::from_ns(least_ns + more_ns);
    }
    return std::move(times_);
  }

  std::vector<Time> poisson(Time start) {
    const double mean_ns = static_cast<double>(group_.period.ns());
    Time time = after(start, mean_ns * draw_exponential(arrivals_), end_);
    while (time < end_) {
      add(time);
      time = after(time, mean_ns * draw_exponential(arrivals_), end_);
    }
    return std::move(times_);
  }

  // A gap that an observer comes upon is a long one: Gamma of a shape greater by one. What is left of it is
  // uniform in it.
  std::vector<Time> gamma(Time start) {
    const double variation = group_.arrival.coefficient_of_variation;
    const double shape = 1 / (variation * variation);
    const double scale_ns = static_cast<double>(group_.period.ns()) / shape;
    const double left = arrivals_.next_unit();
    Time time = after(start, scale_ns * left * draw_gamma(arrivals_, shape + 1), end_);
    while (time < end_) {
      add(time);
      time = after(time, scale_ns * draw_gamma(arrivals_, shape), end_);
    }
    return std::move(times_);
  }

  std::vector<Time> trace(Duration offset) {
    for (const Time time : group_.arrival.trace)
      if (time + offset < end_) add(time + offset);
    return std::move(times_);
  }

 private:
  void add(Time time) { times_.push_back(time); }

  const TaskGroup& group_;
  PhiloxStream arrivals_;
  Time end_;
  std::vector<Time> times_;
};

}  // namespace

std::vector<Time> release_times(const TaskGroup& group, TaskCopy copy, std::uint64_t seed,
                                std::uint32_t replication, Time end) {
  const auto stream = [&](DrawPurpose purpose) {
    return PhiloxStream({seed, replication, copy.group, copy.copy, purpose});
  };
  const auto drawn_offset = [&] {
    const std::uint64_t offset =
        stream(DrawPurpose::kOffset).next_below(static_cast<std::uint64_t>(group.period.ns()));
    return Duration::from_ns(static_cast<std::int64_t>(offset));
  };
  Releases releases(group, stream(DrawPurpose::kArrival), end);
  const Duration given = group.offset.value_or(Duration());
  const Time start = Time() + given;
  if (start >= end) return {};
  switch (group.arrival.kind) {
    case ArrivalKind::kPeriodic: return releases.periodic(Time() + (group.offset ? given : drawn_offset()));
    case ArrivalKind::kSporadic: return releases.sporadic(Time() + (group.offset ? given : drawn_offset()));
    case ArrivalKind::kPoisson: return releases.poisson(start);
    case ArrivalKind::kGamma: return releases.gamma(start);
    case ArrivalKind::kTrace: return releases.trace(given);
  }
  DARIS_CHECK(false && "an arrival kind without releases");
  return {};
}

}  // namespace daris
