// Durations in milliseconds, as documents write them.
#pragma once

#include "base/time.h"

namespace daris {

// Rounded to the nearest nanosecond, half up. REQUIRES: 0 <= ms <= 10^9.
[[nodiscard]] Duration duration_of_ms(double ms);

// The number that duration_of_ms() takes back to the same duration. REQUIRES: below 2^40 ns.
[[nodiscard]] double ms_of(Duration duration);

}  // namespace daris
