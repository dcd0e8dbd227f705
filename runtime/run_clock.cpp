#include "runtime/run_clock.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace daris {

void MonotonicClock::idle(Time next) {
  if (mode_ == IdleMode::kNap) {
    constexpr std::int64_t kNapNs = 50'000;
    const std::int64_t left_ns = (next - now()).ns();
    const timespec nap{0, std::min(left_ns, kNapNs)};
    if (left_ns > 0) clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);
    return;
  }
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace daris
