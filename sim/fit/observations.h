// Observations hold a profile's measurements in one form, and what the model says to each, for a fit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"
#include "sim/loop_model.h"

namespace daris {

struct Observation {
  LoopPlace place;
  JobKind kind;                    // what saturates the machine, or the victim
  std::vector<JobKind> neighbour;  // one if times beside neighbours were measured, else empty
  std::string what;
  double measured = 0;  // jobs/s, or ns of a whole job
  bool held_out = false;
};

// All measurements on `backend` of models that were timed on at most a quarter of the SMs too. Every second
// shape is held out; if there is a single shape, every second kind of job. The observations point into
// `profile`.
[[nodiscard]] std::vector<Observation> observations_of(const Profile& profile, Backend backend);

// The model's answer. Errors: as build_loop_model().
[[nodiscard]] Result<double> model_answer(const Observation& observation,
                                          const ContentionParameters& parameters);

}  // namespace daris
