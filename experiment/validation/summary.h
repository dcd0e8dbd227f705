// Sums the errors of many points up, figure by figure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/validation/point_figures.h"

namespace daris {

// Sizes are errors without their sign. All are shares: 0.05 is 5%, or 5 points if the figure is a share.
struct FigureSummary {
  std::string figure;
  std::optional<std::uint32_t> level;
  bool is_share = false;
  std::size_t points = 0;        // that have an error; with 0 the rest is 0
  double mean = 0;               // of the sizes: MAPE, if the figure is not a share
  double p50 = 0;                // of the sizes
  double p90 = 0;                // nine of ten sizes are at most this
  double largest = 0;            // size
  double bias = 0;               // median with its sign: above 0 the simulator says too much
  std::size_t repeated = 0;      // points that were measured more than once
  std::optional<double> spread;  // the median over these
};

// One entry a figure and level, in the order in which the first point that has it has it; levels ascend.
[[nodiscard]] std::vector<FigureSummary> summarise(std::span<const std::vector<PointFigure>* const> points);

}  // namespace daris
