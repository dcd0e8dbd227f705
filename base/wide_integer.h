// 128-bit integers for products of times, and the two divisions that the scheduler decides by. They round
// once, at the end.
#pragma once

#include <cstdint>
#include <limits>

namespace daris {

__extension__ using WideInteger = __int128;
__extension__ using UnsignedWideInteger = unsigned __int128;

// floor(a * b / divisor). REQUIRES: a, b >= 0, divisor > 0, and a result that fits.
[[nodiscard]] constexpr std::int64_t multiply_divide(std::int64_t a, std::int64_t b, std::int64_t divisor) {
  std::int64_t product = 0;
  // This is by far the usual case, and much faster.
  if (!__builtin_mul_overflow(a, b, &product)) return product / divisor;
  return static_cast<std::int64_t>(WideInteger{a} * b / divisor);
}

// ceil(a * b / divisor). REQUIRES: a, b >= 0, divisor > 0.
[[nodiscard]] constexpr WideInteger multiply_divide_up(std::int64_t a, std::int64_t b, std::int64_t divisor) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product / divisor + (product % divisor != 0 ? 1 : 0);
  const WideInteger wide = WideInteger{a} * b;
  return wide / divisor + (wide % divisor != 0 ? 1 : 0);
}

}  // namespace daris
