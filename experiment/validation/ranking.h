// Does the simulator put shapes into the order in which the hardware has them?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "experiment/validation/validated_point.h"

namespace daris {

// The shapes, backends included, in which one task set ran under one policy at one load. A shape's worth is
// its in-time throughput; it is 0 if a job of the most urgent level missed its deadline. If a shape was
// measured in several points, its worth is their mean.
struct ShapeRanking {
  std::string label;  // what the points share: "mixed-paper, daris, load 1.5"
  std::size_t shapes = 0;
  std::optional<double> tau_b;         // of simulated and live worths; nullopt if a side has no order
  std::optional<double> repeat_tau_b;  // of two live runs of each shape; nullopt unless each has two
  std::string live_best;               // shapes: "green 8 x 2 OS 1.5"
  std::string simulated_best;
  std::optional<double> kept;  // live worth of the simulator's best over the live best; nullopt if that is 0
  // The shapes that take the least energy for a job; empty unless both sides know the energy of each shape.
  std::string live_cheapest;
  std::string simulated_cheapest;
  std::optional<double> cheapest_costs;  // live energy of the simulator's cheapest over the least live one
  bool cheapest_tied = false;            // it is the cheapest, or no dearer than runs of one shape lie apart
  // What the cheapest of a first live run takes in a second, over its least; nullopt unless each shape has
  // two.
  std::optional<double> repeat_cheapest_costs;
};

// One entry for each group of at least three shapes, in the order of their first points. Worths that are
// nearer than the runs of one configuration lie apart are tied: that is the median spread of all points that
// were repeated. If none was, only equal ones are.
[[nodiscard]] std::vector<ShapeRanking> rank_shapes(const std::vector<ValidatedPoint>& points);

}  // namespace daris
