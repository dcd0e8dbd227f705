// Fits the contention model's parameters of one mechanism to what a profile measured of stages that run
// together: closed-loop saturations and times beside busy neighbours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"

namespace daris {

// One measurement beside what the fitted model says.
struct FitRow {
  std::string what;     // for a reader: "saturation resnet18 tf32 b1 shared, 8 x 1 at OS 2"
  double measured = 0;  // jobs/s of a saturation, ns of a whole job beside neighbours
  double modelled = 0;
  bool held_out = false;  // not fitted on

  [[nodiscard]] double relative_error() const { return modelled / measured - 1; }
};

struct ErrorSummary {
  std::size_t count = 0;
  double median = 0;  // of the absolute relative errors
  double ninth_decile = 0;
  double largest = 0;
};

struct FitReport {
  Backend backend = Backend::kGreen;
  // Each with its source in words. Hardware queues are those of `daris run`; rows are of those that the
  // profile was measured with.
  BackendContention parameters;
  std::vector<FitRow> rows;
  [[nodiscard]] ErrorSummary summary(bool held_out) const;
};

// Fits on every second shape (contexts x streams at an oversubscription) of those measured, in the order of
// how much was measured in them, and holds the others out; with a single shape, on every second kind of job
// in it. Least squares of the logarithms of modelled over measured, by Levenberg-Marquardt from the best of a
// coarse grid. Deterministic. `other_turns`: another mechanism's, or null. Taken over where no times beside
// other networks were measured for `backend`: the SMs are the same. Errors: nothing measured for `backend`; a
// measurement whose times alone the profile lacks.
[[nodiscard]] Result<FitReport> fit_contention(const Profile& profile, Backend backend,
                                               const Parameter* other_turns = nullptr);

}  // namespace daris
