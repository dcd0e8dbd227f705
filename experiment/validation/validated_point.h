// One live point beside its predictions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "experiment/validation/cause.h"
#include "experiment/validation/differences.h"
#include "experiment/validation/live_point.h"
#include "experiment/validation/point_figures.h"

namespace daris {

// A further prediction of a point. It has figures, or a reason why it has none.
struct FurtherPrediction {
  std::vector<PointFigure> figures;
  std::string reason;
};

struct ValidatedPoint {
  const LivePoint* live = nullptr;
  std::size_t runs = 1;  // of its configuration, in all live points
  std::string simulated_id;
  Json provenance;  // of the simulated point, as a report has it
  std::vector<Difference> differences;
  std::vector<PointFigure> figures;
  std::optional<ErrorCause> cause;
  std::optional<FurtherPrediction> scheduled;           // with the decisions of its log; if it was asked for
  std::optional<FurtherPrediction> without_contention;  // of a hard point; if it was asked for
};

}  // namespace daris
