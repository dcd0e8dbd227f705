// Two numbers that are computed side by side, since the baseline of x86-64 has registers for two. Each has
// the very result that it would have alone. If results are chosen by comparisons, compilers do not do this by
// themselves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace daris::lanes {

inline constexpr std::size_t kCount = 2;

// 2^52: from here on doubles are whole numbers, so that a sum with it is rounded to one. That number is the
// fraction of the sum.
inline constexpr double kWholeDoubles = 4503599627370496.0;

using Doubles __attribute__((vector_size(16))) = double;
using Words __attribute__((vector_size(16))) = std::uint64_t;

// The number of entries of an array that holds `count` numbers and is read in whole pairs.
[[nodiscard]] constexpr std::size_t padded(std::size_t count) {
  return (count + kCount - 1) / kCount * kCount;
}

[[nodiscard]] inline Doubles load(const double* from) {
  Doubles value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
[[nodiscard]] inline Words load(const std::uint64_t* from) {
  Words value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
inline void store(double* to, Doubles value) { std::memcpy(to, &value, sizeof value); }
inline void store(std::uint64_t* to, Words value) { std::memcpy(to, &value, sizeof value); }

[[nodiscard]] inline Doubles all(double value) { return Doubles{value, value}; }

// The bits of the numbers.
[[nodiscard]] inline Words bits_of(Doubles value) { return reinterpret_cast<Words>(value); }

}  // namespace daris::lanes
