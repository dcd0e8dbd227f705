// Predictions beside measurements: simulates what live points measured, and says how far the two are apart.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/validation/cause.h"
#include "experiment/validation/differences.h"
#include "experiment/validation/live_point.h"
#include "experiment/validation/point_figures.h"
#include "experiment/validation/prediction.h"
#include "experiment/validation/summary.h"

namespace daris {

// The figure that groups and the worst points go by.
inline constexpr const char* kThroughputFigure = "throughput_jobs_per_s";
inline constexpr std::size_t kWorstPoints = 5;

// One live point beside its prediction.
struct ValidatedPoint {
  const LivePoint* live = nullptr;
  std::size_t runs = 1;  // of its configuration, in all live points
  std::string simulated_id;
  Json provenance;  // of the simulated point, as a report has it
  std::vector<Difference> differences;
  std::vector<PointFigure> figures;
  std::optional<ErrorCause> cause;
};

// A live point that was not simulated.
struct UncoveredPoint {
  const LivePoint* live = nullptr;
  std::string reason;
};

// The points that share a value of a setting: "backend", "green".
struct ValidationGroup {
  std::string by;
  std::string value;
  std::vector<std::size_t> points;  // indices into Validation::points
};

struct Validation {
  std::vector<ValidatedPoint> points;     // in the order of the live ones
  std::vector<UncoveredPoint> uncovered;  // likewise
  std::vector<FigureSummary> summary;     // of all points
  std::vector<ValidationGroup> groups;    // by difficulty, GPU, backend, policy, shape, task set
};

struct ValidationCallbacks {
  std::function<bool()> stopped = [] { return false; };
  std::function<void()> advance = [] {};  // a point was simulated; any thread calls it
};

// Simulates each of `live` on up to `threads` threads. A point that can't be simulated is left out, with the
// reason. REQUIRES: `live` outlives the result; the runner simulates. Errors: of the environment, such as too
// little memory.
[[nodiscard]] Result<Validation> validate(const std::vector<LivePoint>& live,
                                          const PredictionSettings& settings, PointRunner& runner,
                                          std::size_t threads, const ValidationCallbacks& callbacks);

// Summaries of the points of a group.
[[nodiscard]] std::vector<FigureSummary> summary_of(const Validation& validation,
                                                    const ValidationGroup& group);

// Indices of the kWorstPoints points with the largest errors of throughput, the largest first.
[[nodiscard]] std::vector<std::size_t> worst_points(const Validation& validation);

}  // namespace daris
