// Says whether a figure got better or worse from one side to the other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/comparison/compared_runs.h"
#include "analysis/report/statistics.h"

namespace daris {

// kSame: all values are equal, or the interval holds 0 and lies within the tolerance. kTooLittleData: the
// runs show neither a difference nor that there is none.
enum class FigureVerdict { kBetter, kWorse, kSame, kTooLittleData };
[[nodiscard]] std::string_view to_text(FigureVerdict verdict);  // "too little data"

struct ComparedFigure {
  std::string name;             // a key of confidence.values
  bool share = false;           // a share of jobs: its difference is told in points, all others relative
  std::size_t runs_before = 0;  // that have a value, and a partner if runs are pairs
  std::size_t runs_after = 0;
  std::optional<double> before;  // means; null if no run has a value
  std::optional<double> after;
  std::optional<double> difference;  // after less before
  std::optional<Interval> difference_95;
  FigureVerdict verdict = FigureVerdict::kTooLittleData;
  bool regression = false;  // worse, and by more than the tolerance
};

// Tells whether more of the figure is better, or less. Nullopt if neither is (such as the share of busy
// slots); such figures are not compared.
[[nodiscard]] std::optional<bool> more_is_better(std::string_view figure);

// `tolerance` is a share: 0.01 is 1% of `before`, or one point if the figure is a share of jobs. REQUIRES:
// more_is_better(name) is known, and tolerance >= 0.
[[nodiscard]] ComparedFigure compare_figure(const std::string& name, const FigureValues& values,
                                            double tolerance);

// The difference in the unit of the tolerance; nullopt if there is none, or nothing to relate it to.
[[nodiscard]] std::optional<double> relative_difference(const ComparedFigure& figure);

}  // namespace daris
