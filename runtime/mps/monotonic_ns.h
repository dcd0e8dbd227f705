// The clock that all processes of a machine share.
#pragma once

#include <chrono>
#include <cstdint>

namespace daris {

[[nodiscard]] inline std::int64_t monotonic_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace daris
