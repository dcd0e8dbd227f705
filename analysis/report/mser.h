// Where the warm-up of a run ends: MSER-5 (K. P. White, M. J. Cobb, S. C. Spratt: A comparison of five
// steady-state truncation heuristics for simulation, WSC 2000).
#pragma once

#include <cstddef>
#include <span>

namespace daris {

// A batch is the mean of so many values that follow each other.
inline constexpr std::size_t kMserBatch = 5;

struct Truncation {
  std::size_t cut = 0;   // so many of the first values are left out
  bool settled = false;  // false: the best cut lies in the second half, or there are too few values to tell
};

// Leaves out the first batches so that the rest has the least variance of its mean. Only cuts in the first
// half are taken. The last values that fill no batch are not looked at.
[[nodiscard]] Truncation mser5(std::span<const double> values);

}  // namespace daris
