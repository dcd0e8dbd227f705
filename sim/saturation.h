// Closed loops of one kind of job by the contention model. Load is counted in them if the profile has no
// measured figure (profiles/stage_times.h). If it has one, the model is held against it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sim/loop_model.h"

namespace daris {

struct SaturationRequest : LoopPlace {
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
};

// Jobs per second of all slots together. Errors: as build_loop_model().
[[nodiscard]] Result<double> simulated_saturation_jobs_per_s(const SaturationRequest& request);

// Mean times, ns, of the stages of `victim` in slot 0 while all other slots run `neighbour` over and over:
// NeighbourTime is measured like that. Errors: as build_loop_model().
[[nodiscard]] Result<std::vector<double>> simulated_neighbour_times_ns(const LoopPlace& place,
                                                                       const JobKind& victim,
                                                                       const JobKind& neighbour);

}  // namespace daris
