// How far the hardware itself is from run to run, wherever a configuration was measured more than once.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "experiment/validation/live_point.h"
#include "experiment/validation/point_figures.h"

namespace daris {

class Repeats {
 public:
  // Points repeat each other if machine, tasks and configuration are equal, but for times, seed and number of
  // replications. REQUIRES: `points` outlives this.
  explicit Repeats(std::span<const LivePoint> points);

  // How many runs the point's configuration has in all points. REQUIRES: index < points.
  [[nodiscard]] std::size_t runs(std::size_t index) const;

  // Fills in the spreads of the point's figures. A report has the replications of some figures alone; of the
  // others each point that repeats it is one run.
  void fill_spreads(std::size_t index, std::vector<PointFigure>& figures) const;

 private:
  std::span<const LivePoint> points_;
  std::vector<std::string> keys_;                         // by point
  std::map<std::string, std::vector<std::size_t>> same_;  // by key: the points that repeat each other
};

}  // namespace daris
