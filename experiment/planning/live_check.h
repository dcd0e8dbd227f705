// `daris recommend --verify-live`: the pick and its neighbours on real hardware, beside their simulation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"
#include "experiment/planning/candidates.h"
#include "experiment/planning/recommendation.h"
#include "experiment/point_runner.h"

namespace daris {

// One configuration in both worlds, with the same tasks.
struct LiveCheckRun {
  Candidate candidate;
  std::optional<CandidateRun> simulated;
  std::optional<CandidateRun> live;
  std::string reason;  // why it has no live run
};

struct LiveCheck {
  std::vector<LiveCheckRun> runs;  // the pick, then its neighbours; the pick has a live run
  Provenance provenance;           // of the live runs

  // The index of the live run with most jobs in time, of those that keep the objectives if any does.
  [[nodiscard]] std::size_t best() const;
  // The pick's jobs in time over those of the best run.
  [[nodiscard]] double pick_over_best() const;
};

// Runs the pick and every neighbour (experiment/planning/candidates.h) once in each world, for the whole
// duration, at the load that was asked for. Load and estimates are those of the profile in both. Errors: of
// the environment, as having no GPU; the pick can't be run live.
[[nodiscard]] Result<LiveCheck> check_live(const RecommendationRequest& request, const Recommendation& found,
                                           PointRunner& simulated, PointRunner& live,
                                           const CapacityProgress& progress);

// Checks before the search that a backend that it tries can be used on real hardware. Errors: of the
// environment, as having no GPU; of the input, as a task set that is not there.
[[nodiscard]] Status check_can_verify(const RecommendationRequest& request, PointRunner& live);

// The `live` of a recommendation's document.
[[nodiscard]] Json live_check_to_json(const LiveCheck& check, const std::string& command);

// A table of both worlds, and what it comes to. Lines take `width_max` columns at most.
[[nodiscard]] std::string live_check_text(const LiveCheck& check, std::size_t width_max);

}  // namespace daris
