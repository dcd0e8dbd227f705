// Summaries of measured samples.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "profiles/profile.h"

namespace daris {

// The lower middle where there are two. REQUIRES: not empty.
[[nodiscard]] inline double median_ns(const Samples& samples) {
  std::vector<std::int32_t> sorted = samples.ns;
  const std::size_t middle = (sorted.size() - 1) / 2;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(middle), sorted.end());
  return sorted[middle];
}

}  // namespace daris
