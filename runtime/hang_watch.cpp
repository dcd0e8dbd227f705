#include "runtime/hang_watch.h"

#include <algorithm>

#include "base/check.h"

namespace daris {

Duration HangLimits::of(Duration estimate) const {
  constexpr std::int64_t kTimesEstimate = 20;
  if (estimate.ns() > most.ns() / kTimesEstimate) return most;
  return std::clamp(Duration::from_ns(kTimesEstimate * estimate.ns()), least, most);
}

HangWatch::HangWatch(std::uint32_t contexts, std::uint32_t streams, HangLimits limits)
    : contexts_(contexts),
      streams_(streams),
      limits_(limits),
      due_(std::size_t{contexts} * streams, Time::never()) {
  DARIS_CHECK(limits.least > Duration() && limits.least <= limits.most);
}

void HangWatch::forget(ContextId context) {
  const auto first = due_.begin() + static_cast<std::ptrdiff_t>(context.at() * streams_);
  std::fill_n(first, streams_, Time::never());
}

void HangWatch::look(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost) {
  constexpr std::int64_t kLooksPerLimit = 8;
  constexpr std::int64_t kLookNs = 20'000'000;  // looks at least so often, to see standstills
  const Duration unseen = now - next_;
  longest_unseen_ = std::max(longest_unseen_, unseen);
  next_ = now + Duration::from_ns(std::clamp<std::int64_t>(limits_.least.ns() / kLooksPerLimit, 1, kLookNs));
  for (Time& due : due_) {
    if (due != Time::never()) due = due + unseen;
  }
  for (std::uint32_t context = 0; context < contexts_; ++context) {
    const auto first = due_.begin() + static_cast<std::ptrdiff_t>(std::size_t{context} * streams_);
    if (std::none_of(first, first + streams_, [&](Time due) { return due < now; })) continue;
    forget(ContextId(context));
    executor.abandon(ContextId(context));
    lost.push_back({ContextId(context)});
  }
}

}  // namespace daris
