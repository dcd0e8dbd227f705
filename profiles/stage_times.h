// Answers from a profile: the time alone of a stage on any number of SMs, saturation rates, launch costs.
// Models are named as in task sets; a path finds the model as the profile calls it (profiled_name() in
// workloads/packaged_model.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profiles/profile.h"

namespace daris {

// The median: the middle of the samples, or the mean of the two middle ones. REQUIRES: not empty.
[[nodiscard]] double median_ns(const Samples& samples);

// Time alone over SMs, for one stage or for the whole model. The points are medians of the samples, ascending
// by SMs, with linear interpolation in 1/SMs between them. Outside the profiled range there is no answer.
class StageCurve {
 public:
  struct Point {
    std::uint32_t sms = 0;
    double median_ns = 0;
  };
  explicit StageCurve(std::vector<Point> points);  // REQUIRES: ascending by sms, not empty

  // REQUIRES: sms_min() <= sms <= sms_max().
  [[nodiscard]] double time_ns(double sms) const;
  [[nodiscard]] bool profiled_at(std::uint32_t sms) const;  // false: time_ns() interpolates there
  [[nodiscard]] std::uint32_t sms_min() const;
  [[nodiscard]] std::uint32_t sms_max() const;
  [[nodiscard]] std::span<const Point> points() const;

 private:
  std::vector<Point> points_;
};

// Tells whether the profile has times of it for any backend.
[[nodiscard]] bool has_times(const Profile& profile, std::string_view model, Precision precision,
                             std::uint32_t batch);

// The curves of one (model, precision, batch) for one backend.
struct ModelCurves {
  std::vector<StageCurve> stages;
  StageCurve whole;
};

// Curves for `backend`. They have its own times, and beyond the SMs that those span the times of green. For
// streams there are only times of green. Errors: a model, precision or batch that the profile lacks; the
// message says what it has.
[[nodiscard]] Result<ModelCurves> model_curves(const Profile& profile, Backend backend,
                                               std::string_view model, Precision precision,
                                               std::uint32_t batch);

// What a stage's time on a partition of green contexts is multiplied with if its algorithms are chosen there.
// A live run does so; profiles of green contexts have those of the whole GPU. A client of MPS sees its own
// SMs alone, so its times show what the choice saves: its time there over its time on all SMs, beside the
// same ratio on green. At most 1. Below the SMs that MPS was timed on it is what it is at the fewest of them.
[[nodiscard]] double algorithm_gain(const StageCurve& green, const StageCurve& mps, double sms);

// The backend's own times alone; nullopt if fewer than two quotas of it were timed.
[[nodiscard]] std::optional<ModelCurves> own_curves(const Profile& profile, Backend backend,
                                                    std::string_view model, Precision precision,
                                                    std::uint32_t batch);

// The closed-loop saturation rate in which `load` is counted: staged, in saturation_shape(). Returns nullopt
// if it was not measured for this combination on this many SMs.
[[nodiscard]] std::optional<double> saturation_jobs_per_s(const Profile& profile, Backend backend,
                                                          std::string_view model, Precision precision,
                                                          std::uint32_t batch, Weights weights,
                                                          std::uint32_t sms);

}  // namespace daris
