#include "sim/stage_footprint.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "base/check.h"

namespace daris {
namespace {

double distance(const BatchProfile& profile, std::uint32_t batch) {
  return std::abs(static_cast<double>(profile.batch) - batch);
}

// The nearest comes first; of two equally near, the one that comes first in the profile.
template <typename Has>
std::vector<const BatchProfile*> nearest_batches(const ModelProfile& model, std::uint32_t batch, Has has) {
  std::vector<const BatchProfile*> batches;
  for (const BatchProfile& candidate : model.batches) {
    if (has(candidate)) batches.push_back(&candidate);
  }
  std::stable_sort(batches.begin(), batches.end(), [&](const BatchProfile* a, const BatchProfile* b) {
    return distance(*a, batch) < distance(*b, batch);
  });
  return batches;
}

double l2_bytes_of(const BatchProfile& batch, std::size_t stage) {
  return static_cast<double>((*batch.traffic)[stage].l2_bytes);
}

// Never negative, however far from the measured batches.
double l2_bytes_at(const std::vector<const BatchProfile*>& measured, std::size_t stage, std::uint32_t batch) {
  const BatchProfile& near = *measured[0];
  const double near_bytes = l2_bytes_of(near, stage);
  if (measured.size() == 1) return near_bytes * batch / near.batch;
  const BatchProfile& far = *measured[1];
  const double slope = (l2_bytes_of(far, stage) - near_bytes) / (static_cast<double>(far.batch) - near.batch);
  return std::max(0.0, near_bytes + slope * (static_cast<double>(batch) - near.batch));
}

}  // namespace

std::vector<StageFootprint> stage_footprints(const ModelProfile& model, std::uint32_t batch, bool staged) {
  DARIS_CHECK(!model.batches.empty());
  const std::vector<const BatchProfile*> traffic = nearest_batches(
      model, batch, [](const BatchProfile& candidate) { return candidate.traffic.has_value(); });
  const std::vector<const BatchProfile*> counted = nearest_batches(
      model, batch, [](const BatchProfile& candidate) { return candidate.kernels.has_value(); });
  std::vector<StageFootprint> footprints(staged ? model.stages.size() : 1);
  for (std::size_t stage = 0; stage < model.stages.size(); ++stage) {
    StageFootprint& footprint = footprints[staged ? stage : 0];
    if (!traffic.empty()) footprint.l2_bytes += l2_bytes_at(traffic, stage, batch);
    if (!counted.empty()) footprint.kernels += static_cast<double>((*counted[0]->kernels)[stage].size());
  }
  return footprints;
}

}  // namespace daris
