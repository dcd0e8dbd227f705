// What the hard points look like to predictions that know nothing of contention. A simulator is worth its
// trouble if it errs much less.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "experiment/validation/summary.h"
#include "experiment/validation/validated_point.h"

namespace daris {

// The name of the bundled contention model with which no stage slows another down.
inline constexpr const char* kNoContentionModel = "no-contention";

// Jobs per second by the closed loops of the load alone: what is offered, or what saturates the GPU if that
// is less. Nullopt if the point has no load.
[[nodiscard]] std::optional<double> offered_or_saturation(const Json& live_point);

struct ReferenceScore {
  std::string name;                    // "simulator", "min(offered, saturation)", "no contention"
  std::vector<FigureSummary> summary;  // of throughput and of in-time throughput
};

// The errors of the three on the same points: the hard ones that all three predict. Empty if there are none.
[[nodiscard]] std::vector<ReferenceScore> score_references(const std::vector<ValidatedPoint>& points);

}  // namespace daris
