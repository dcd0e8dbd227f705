#include "profiles/stage_times.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

bool below(const StageCurve::Point& point, double sms) { return point.sms < sms; }

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

// The profile of (model, precision). The error says what there is instead.
Result<const ModelProfile*> find_model_profile(const Profile& profile, std::string_view named,
                                               Precision precision) {
  const std::string model = profiled_name(named);
  std::vector<std::string> models;
  std::vector<std::string> precisions;
  for (const ModelProfile& candidate : profile.models) {
    if (candidate.model == model && candidate.precision == precision) return &candidate;
    if (candidate.model == model) precisions.emplace_back(to_text(candidate.precision));
    if (std::find(models.begin(), models.end(), candidate.model) == models.end())
      models.push_back(candidate.model);
  }
  const std::string begin = "profile " + profile.name + ": has no ";
  if (precisions.empty()) return Error{begin + "model " + model + "; it has " + listed(models)};
  return Error{begin + "times of " + model + " in precision " + std::string(to_text(precision)) +
               "; it has " + listed(precisions)};
}

Result<const BatchProfile*> find_batch(const Profile& profile, const ModelProfile& model,
                                       std::uint32_t batch) {
  std::vector<std::string> batches;
  for (const BatchProfile& candidate : model.batches) {
    if (candidate.batch == batch && !candidate.times.empty()) return &candidate;
    if (!candidate.times.empty()) batches.push_back(std::to_string(candidate.batch));
  }
  return Error{fmt::format("profile {}: has no times of {} in precision {} for batch {}; it has batches {}",
                           profile.name, model.model, to_text(model.precision), batch, listed(batches))};
}

using TimesBySms = std::map<std::uint32_t, const TimesAlone*>;

TimesBySms times_of(const BatchProfile& batch, Backend backend) {
  TimesBySms by_sms;
  for (const TimesAlone& times : batch.times)
    if (times.backend == backend) by_sms.emplace(times.sms, &times);
  return by_sms;
}

// The backend's own times, and those of green beyond the SMs that they span.
TimesBySms times_for(const BatchProfile& batch, Backend backend) {
  TimesBySms green = times_of(batch, Backend::kGreen);
  TimesBySms times = times_of(batch, backend);
  if (times.empty()) return green;
  const std::uint32_t least = times.begin()->first;
  const std::uint32_t most = times.rbegin()->first;
  for (const auto& [sms, entry] : green)
    if (sms < least || sms > most) times.emplace(sms, entry);
  return times;
}

template <typename SamplesOf>
StageCurve make_curve(const TimesBySms& times, SamplesOf samples_of) {
  std::vector<StageCurve::Point> points;
  for (const auto& [sms, entry] : times) points.push_back({sms, median_ns(samples_of(*entry))});
  return StageCurve(std::move(points));
}

ModelCurves make_curves(const TimesBySms& times, std::size_t stages) {
  ModelCurves curves{
      {}, make_curve(times, [](const TimesAlone& entry) -> const Samples& { return entry.whole; })};
  for (std::size_t stage = 0; stage < stages; ++stage)
    curves.stages.push_back(make_curve(
        times, [stage](const TimesAlone& entry) -> const Samples& { return entry.stages[stage]; }));
  return curves;
}

}  // namespace

double median_ns(const Samples& samples) {
  DARIS_CHECK(!samples.ns.empty());
  std::vector<std::int32_t> sorted = samples.ns;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (static_cast<double>(sorted[middle - 1]) + static_cast<double>(sorted[middle])) / 2;
}

StageCurve::StageCurve(std::vector<Point> points) : points_(std::move(points)) {
  DARIS_CHECK(!points_.empty() && points_.front().sms > 0);
  for (std::size_t i = 1; i < points_.size(); ++i) DARIS_CHECK(points_[i - 1].sms < points_[i].sms);
}

double StageCurve::time_ns(double sms) const {
  DARIS_CHECK(sms >= sms_min() && sms <= sms_max());
  const auto right = std::lower_bound(points_.begin(), points_.end(), sms, below);
  if (right->sms == sms) return right->median_ns;
  const Point& left = *std::prev(right);
  const double share = (1 / sms - 1.0 / left.sms) / (1.0 / right->sms - 1.0 / left.sms);
  return left.median_ns + share * (right->median_ns - left.median_ns);
}

bool StageCurve::profiled_at(std::uint32_t sms) const {
  const auto at = std::lower_bound(points_.begin(), points_.end(), static_cast<double>(sms), below);
  return at != points_.end() && at->sms == sms;
}

std::uint32_t StageCurve::sms_min() const { return points_.front().sms; }
std::uint32_t StageCurve::sms_max() const { return points_.back().sms; }
std::span<const StageCurve::Point> StageCurve::points() const { return points_; }

Result<ModelCurves> model_curves(const Profile& profile, Backend backend, std::string_view model,
                                 Precision precision, std::uint32_t batch) {
  DARIS_TRY_ASSIGN(const ModelProfile* const found, find_model_profile(profile, model, precision));
  DARIS_TRY_ASSIGN(const BatchProfile* const found_batch, find_batch(profile, *found, batch));
  const TimesBySms times = times_for(*found_batch, backend);
  if (times.empty())
    return Error{fmt::format("profile {}: has no times of {} for backend {} or green", profile.name, model,
                             to_text(backend))};
  return make_curves(times, found->stages.size());
}

bool has_times(const Profile& profile, std::string_view named, Precision precision, std::uint32_t batch) {
  const std::string model = profiled_name(named);
  const auto has_batch = [batch](const BatchProfile& one) {
    return one.batch == batch && !one.times.empty();
  };
  return std::any_of(profile.models.begin(), profile.models.end(), [&](const ModelProfile& one) {
    return one.model == model && one.precision == precision &&
           std::any_of(one.batches.begin(), one.batches.end(), has_batch);
  });
}

std::optional<ModelCurves> own_curves(const Profile& profile, Backend backend, std::string_view model,
                                      Precision precision, std::uint32_t batch) {
  const Result<const ModelProfile*> found = find_model_profile(profile, model, precision);
  if (!found.ok()) return std::nullopt;
  const Result<const BatchProfile*> found_batch = find_batch(profile, *found.value(), batch);
  if (!found_batch.ok()) return std::nullopt;
  const TimesBySms times = times_of(*found_batch.value(), backend);
  if (times.size() < 2) return std::nullopt;
  return make_curves(times, found.value()->stages.size());
}

double algorithm_gain(const StageCurve& green, const StageCurve& mps, double sms) {
  const double all = std::min(green.sms_max(), mps.sms_max());
  const double here = std::clamp<double>(sms, std::max(green.sms_min(), mps.sms_min()), all);
  const double of_client = mps.time_ns(here) / mps.time_ns(all);
  return std::min(1.0, of_client / (green.time_ns(here) / green.time_ns(all)));
}

std::optional<double> saturation_jobs_per_s(const Profile& profile, Backend backend, std::string_view named,
                                            Precision precision, std::uint32_t batch, Weights weights,
                                            std::uint32_t sms) {
  const std::string model = profiled_name(named);
  Shape shape = saturation_shape(backend);
  shape.sms = sms;
  for (const Saturation& row : profile.saturations) {
    const bool same_work =
        row.model == model && row.precision == precision && row.batch == batch && row.weights == weights;
    if (same_work && row.staged && row.shape == shape) return row.jobs_per_s;
  }
  return std::nullopt;
}

}  // namespace daris
