// The figures in which a prediction is compared with a measurement, and their errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json.h"

namespace daris {

struct PointFigure {
  std::string name;                    // "throughput_jobs_per_s"
  std::optional<std::uint32_t> level;  // of one level; nullopt: of the whole run
  bool is_share = false;               // its error is simulated - live; else simulated / live - 1
  std::optional<double> live;          // null if it was not measured
  std::optional<double> simulated;
  // Null if a side is null, or if a relative error has nothing to relate to. A percentile also needs enough
  // jobs that completed live.
  std::optional<double> error;
  // How far runs of the same configuration lie apart on the hardware: their standard deviation, relative to
  // their mean unless the figure is a share. Null if it was measured once.
  std::optional<double> spread;
};

// The error of the figure's two values; nullopt if one is null or a relative error has nothing to relate to.
[[nodiscard]] std::optional<double> error_of(const PointFigure& figure);

// Figures of the whole run, then those of each level that both points have. All points have the same figures
// for a run, and for a level. Spreads are null.
[[nodiscard]] std::vector<PointFigure> compare_points(const Json& live, const Json& simulated);

// The figure of the whole run with that name. REQUIRES: there is one.
[[nodiscard]] const PointFigure& run_figure(const std::vector<PointFigure>& figures, const std::string& name);

// The key under which `confidence.values` of a report have the figure's replications ("level0_loss_rate").
[[nodiscard]] std::string replications_key(const PointFigure& figure);

}  // namespace daris
