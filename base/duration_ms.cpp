#include "base/duration_ms.h"

#include <cmath>

#include "base/check.h"

namespace daris {

Duration duration_of_ms(double ms) {
  DARIS_CHECK(ms >= 0 && ms <= 1e9);
  return Duration::from_ns(static_cast<std::int64_t>(std::floor(ms * kNsPerMs + 0.5)));
}

double ms_of(Duration duration) { return static_cast<double>(duration.ns()) / kNsPerMs; }

}  // namespace daris
