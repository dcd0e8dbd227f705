// The closed-loop saturation rate by the contention model: what `load` is counted in where the profile has no measured figure
// (profiles/stage_times.h), and what the model is held against where it has.
#pragma once

#include <cstdint>
#include <string>

#include "policy/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"

namespace daris {

// A closed loop of one kind of job in one shape. By default the one that defines load: 8 contexts, OS = 2, one stream.
struct SaturationRequest {
  const Profile* profile = nullptr;                  // not owned
  const ContentionParameters* contention = nullptr;  // not owned
  MachineShape machine;
  Backend backend = Backend::kGreen;
  std::string model;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
  Weights weights = Weights::kShared;
  bool staged = true;
  std::uint32_t contexts = 8;
  std::uint32_t streams = 1;
  std::uint32_t oversubscription_milli = 2000;
};

// Jobs per second. On a machine with fewer SM groups (or SMs) than contexts it takes as many contexts as fit.
// Errors: as make_partition() and build_gpu_model().
[[nodiscard]] Result<double> simulated_saturation_jobs_per_s(const SaturationRequest& request);

}  // namespace daris
