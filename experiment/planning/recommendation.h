// Recommends how to run a task set on a GPU: backend, shape and admission bound, and the highest load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "experiment/planning/candidates.h"
#include "experiment/planning/capacity_search.h"
#include "experiment/point_runner.h"
#include "experiment/run_config.h"

namespace daris {

struct RecommendationRequest {
  RunConfig config;                // its load is the one to be carried; none: that of the set as written
  double margin = 0.2;             // share of the highest load that is to stay free
  double tolerance = 0.02;         // of the highest load, as a share
  std::uint32_t replications = 5;  // that confirm the highest load
  std::optional<double> loss_max = 0.01;  // of the default objective (experiment/planning/objectives.h)
  std::size_t threads = 1;                // changes no result
};

struct Recommendation {
  std::vector<Candidate> candidates;  // all that were tried at the load that is asked for
  CandidateRuns tried;                // there
  std::size_t pick = 0;               // index into `tried.runs`
  std::vector<std::size_t> front;     // indices into `tried.runs`: throughput in time and level 0's p99
  CapacityFound capacity;             // of the pick
  double written_load = 0;            // of the set as written, on the pick's backend
  double asked_load = 0;              // likewise
  double margin = 0;
  std::string objectives;
  bool objectives_of_set = false;
  Provenance provenance;

  [[nodiscard]] const Candidate& picked() const { return candidates[tried.runs[pick].candidate]; }
  // The highest load less the margin; nullopt if no load holds.
  [[nodiscard]] std::optional<double> planned_load() const;
};

// 1. All candidates run at the load that is asked for. On all backends it means the same tasks.
// 2. Those that keep the objectives and are within half a percent of the best run at ever higher loads until
//    few hold. From the best of these the search goes on to their neighbours.
// 3. The highest load of the best few is searched, and the pick is the one that carries most.
// If no candidate keeps the objectives, the pick is the best at the load that is asked for. All but the last
// few candidates run for a piece of the duration only; the pick and its highest load have the whole.
// Deterministic. Errors: those of find_capacity() and run_candidates().
[[nodiscard]] Result<Recommendation> recommend(const RecommendationRequest& request, PointRunner& runner,
                                               const CapacityProgress& progress);

}  // namespace daris
