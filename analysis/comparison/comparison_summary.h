// Counts verdicts by figure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/comparison/comparison.h"

namespace daris {

struct FigureSummaryRow {
  std::string figure;
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t same = 0;
  std::size_t too_little_data = 0;
  std::size_t regressions = 0;  // of those that are worse
};

// In the order in which figures first stand in points.
[[nodiscard]] std::vector<FigureSummaryRow> summarize(const Comparison& comparison);

}  // namespace daris
