// Fits the contention model's parameters of one backend to what a profile measured of stages that run
// together (docs/contention-model.md, "How it is fitted"): closed-loop saturations, and times beside busy
// neighbours.
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
  double measured = 0;  // jobs/s of a saturation, or ns of a whole job beside neighbours
  double modelled = 0;
  bool held_out = false;  // it was not fitted on

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
  // Each has its source in words. Hardware queues are those of `daris run`; rows are of the queues with which
  // the profile was measured.
  BackendContention parameters;
  std::vector<FitRow> rows;
  [[nodiscard]] ErrorSummary summary(bool held_out) const;
};

// Fits on every second shape (contexts x streams at an oversubscription) and holds the others out. Shapes are
// taken in the order of how much was measured in them. If there is a single shape, every second kind of job
// in it is held out. Least squares of the logarithms of modelled over measured, by Levenberg-Marquardt from
// the best of a coarse grid. Deterministic.
//
// `other`: the parameters of another backend, or null. If no times beside other networks were measured for
// `backend`, those that belong to the GPU (turns, latency, fill) are taken over, since it is the same one.
// Errors: nothing was measured for `backend`; the profile lacks the times alone of a measurement.
[[nodiscard]] Result<FitReport> fit_contention(const Profile& profile, Backend backend,
                                               const BackendContention* other = nullptr);

}  // namespace daris
