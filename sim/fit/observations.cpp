#include "sim/fit/observations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/number_text.h"
#include "profiles/stage_times.h"
#include "sim/saturation.h"

namespace daris {
namespace {

MachineShape machine_of(const GpuDescription& gpu, std::optional<std::uint32_t> sms) {
  if (!sms || *sms == 0 || *sms == gpu.sms || gpu.group_sms == 0) return shape_of(gpu);
  const std::uint32_t groups = *sms / gpu.group_sms;
  return {groups * gpu.group_sms, gpu.group_sms, groups};
}

std::string describe(const JobKind& kind) {
  return fmt::format("{} {} b{} {}", kind.model, to_text(kind.precision), kind.batch, to_text(kind.weights));
}

std::string describe(const LoopPlace& place) {
  const Shape& shape = place.shape;
  return fmt::format("{} x {} at OS {} on {} SMs", shape.contexts, shape.streams,
                     number_text(shape.oversubscription_milli / 1000.0), place.machine.sms);
}

Observation from(const Profile& profile, const Saturation& row) {
  Observation observation;
  observation.place = {&profile, nullptr, machine_of(profile.gpu, row.shape.sms), row.shape, row.staged};
  observation.kind = {row.model, row.precision, row.batch, row.weights};
  observation.measured = row.jobs_per_s;
  observation.what = "saturation " + describe(observation.kind) + (row.staged ? ", " : " whole, ") +
                     describe(observation.place);
  return observation;
}

Observation from(const Profile& profile, const NeighbourTime& row) {
  Observation observation;
  observation.place = {&profile, nullptr, machine_of(profile.gpu, std::nullopt), row.shape, true};
  observation.kind = {row.model, row.precision, row.batch, Weights::kShared};
  observation.neighbour = {
      {row.neighbour_model, row.neighbour_precision, row.neighbour_batch, Weights::kShared}};
  for (const Samples& stage : row.stages) observation.measured += median_ns(stage);
  observation.what = "beside " + describe(observation.neighbour[0]) + ": " + describe(observation.kind) +
                     ", " + describe(observation.place);
  return observation;
}

// Without times on small partitions it is unknown how many SMs a stage really keeps busy. An unknown model is
// not left out: the fit says that the profile lacks it.
bool has_small_quotas(const Profile& profile, Backend backend, const JobKind& kind) {
  const Result<ModelCurves> curves = model_curves(profile, backend, kind.model, kind.precision, kind.batch);
  return !curves.ok() || curves.value().whole.sms_min() * 4 <= profile.gpu.sms;
}

bool is_usable(const Observation& observation, const Profile& profile, Backend backend) {
  if (!has_small_quotas(profile, backend, observation.kind)) return false;
  return observation.neighbour.empty() || has_small_quotas(profile, backend, observation.neighbour.front());
}

using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, std::string>;

Key shape_key(const Observation& observation) {
  const Shape& shape = observation.place.shape;
  return {observation.place.machine.sms, shape.contexts, shape.streams, shape.oversubscription_milli, ""};
}

Key kind_key(const Observation& observation) { return {0, 0, 0, 0, describe(observation.kind)}; }

// Holds out every second key, in the order of how much was measured under each. So the fit has the shape in
// which load is counted.
void hold_out_every_second(std::vector<Observation>& observations, Key (*key_of)(const Observation&)) {
  std::map<Key, std::size_t> counts;
  for (const Observation& observation : observations) ++counts[key_of(observation)];
  std::vector<std::pair<Key, std::size_t>> keys(counts.begin(), counts.end());
  std::stable_sort(keys.begin(), keys.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (Observation& observation : observations) {
    const Key key = key_of(observation);
    const auto place =
        std::find_if(keys.begin(), keys.end(), [&](const auto& entry) { return entry.first == key; });
    observation.held_out = (place - keys.begin()) % 2 == 1;
  }
}

bool have_one_shape(const std::vector<Observation>& observations) {
  return std::all_of(observations.begin(), observations.end(), [&](const Observation& observation) {
    return shape_key(observation) == shape_key(observations.front());
  });
}

}  // namespace

std::vector<Observation> observations_of(const Profile& profile, Backend backend) {
  std::vector<Observation> observations;
  for (const Saturation& row : profile.saturations) {
    if (row.shape.backend == backend) observations.push_back(from(profile, row));
  }
  for (const NeighbourTime& row : profile.neighbours) {
    if (row.shape.backend == backend) observations.push_back(from(profile, row));
  }
  std::erase_if(observations, [&](const Observation& one) { return !is_usable(one, profile, backend); });
  hold_out_every_second(observations, have_one_shape(observations) ? &kind_key : &shape_key);
  return observations;
}

Result<double> model_answer(const Observation& observation, const ContentionParameters& parameters) {
  if (observation.neighbour.empty()) {
    SaturationRequest request;
    static_cast<LoopPlace&>(request) = observation.place;
    request.contention = &parameters;
    request.model = observation.kind.model;
    request.precision = observation.kind.precision;
    request.batch = observation.kind.batch;
    request.weights = observation.kind.weights;
    return simulated_saturation_jobs_per_s(request);
  }
  LoopPlace place = observation.place;
  place.contention = &parameters;
  DARIS_TRY_ASSIGN(const std::vector<double> stages,
                   simulated_neighbour_times_ns(place, observation.kind, observation.neighbour.front()));
  double job_ns = 0;
  for (const double stage_ns : stages) job_ns += stage_ns;
  return job_ns;
}

}  // namespace daris
