// Predictions beside measurements: simulates what live points measured, and says how far the two are apart.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "experiment/point_runner.h"
#include "experiment/validation/live_point.h"
#include "experiment/validation/prediction.h"
#include "experiment/validation/ranking.h"
#include "experiment/validation/references.h"
#include "experiment/validation/summary.h"
#include "experiment/validation/validated_point.h"

namespace daris {

// The figure that groups and the worst points go by.
inline constexpr const char* kThroughputFigure = "throughput_jobs_per_s";
inline constexpr std::size_t kWorstPoints = 5;

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

// The same points with the policy's own decisions and with the live ones. Errors that both have are the
// model's; what the first has more comes from other decisions.
struct ScheduleComparison {
  std::size_t points = 0;
  std::vector<FigureSummary> own_decisions;
  std::vector<FigureSummary> live_decisions;
};

struct Validation {
  std::vector<ValidatedPoint> points;     // in the order of the live ones
  std::vector<UncoveredPoint> uncovered;  // likewise
  std::vector<FigureSummary> summary;     // of all points
  std::vector<ValidationGroup> groups;    // by difficulty, GPU, backend, policy, shape, task set
  std::vector<ShapeRanking> rankings;
  std::vector<ReferenceScore> references;  // empty unless asked for
  ScheduleComparison schedule;             // of the points that ran with their logs' decisions
};

struct ValidationCallbacks {
  std::function<bool()> stopped = [] { return false; };
  std::function<void()> advance = [] {};  // a point was simulated; any thread calls it
};

// How many simulations validate() runs for `live`, at most.
[[nodiscard]] std::size_t simulations_of(const std::vector<LivePoint>& live,
                                         const PredictionSettings& settings);

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
