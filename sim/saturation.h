// Closed loops of one kind of job by the contention model: what `load` is counted in where the profile has no
// measured figure (profiles/stage_times.h), and what the model is held against where it has.
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

// Mean times, ns, of the stages of `victim` in slot 0 while all other slots run `neighbour` over and over, as
// NeighbourTime is measured. Errors: as build_loop_model().
[[nodiscard]] Result<std::vector<double>> simulated_neighbour_times_ns(const LoopPlace& place,
                                                                       const JobKind& victim,
                                                                       const JobKind& neighbour);

}  // namespace daris
