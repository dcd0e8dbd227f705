#include "runtime/hang_watch.h"

#include <algorithm>

#include "policy/check.h"

namespace daris {

HangWatch::HangWatch(std::uint32_t contexts, std::uint32_t streams, Duration limit)
    : contexts_(contexts), streams_(streams), limit_(limit), launched_(std::size_t{contexts} * streams, Time::never()) {
  DARIS_CHECK(limit > Duration());
}

void HangWatch::forget(ContextId context) {
  const auto first = launched_.begin() + static_cast<std::ptrdiff_t>(context.at() * streams_);
  std::fill_n(first, streams_, Time::never());
}

void HangWatch::look(Time now, LiveExecutor& executor, std::vector<ContextLost>& lost) {
  constexpr std::int64_t kLooksPerLimit = 8;
  next_ = now + Duration::from_ns(std::max<std::int64_t>(1, limit_.ns() / kLooksPerLimit));
  for (std::uint32_t context = 0; context < contexts_; ++context) {
    const auto first = launched_.begin() + static_cast<std::ptrdiff_t>(std::size_t{context} * streams_);
    const Time earliest = *std::min_element(first, first + streams_);
    if (earliest == Time::never() || now - earliest <= limit_) continue;
    forget(ContextId(context));
    executor.abandon(ContextId(context));
    lost.push_back({ContextId(context)});
  }
}

}  // namespace daris
