#include "runtime/run_clock.h"

#include <sched.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace daris {

void MonotonicClock::idle(Time) {
  if (mode_ == IdleMode::kYield) {
    sched_yield();
    return;
  }
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace daris
