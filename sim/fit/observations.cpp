#include "sim/fit/observations.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "profiles/stage_times.h"
#include "sim/saturation.h"
#include "workloads/json/number_text.h"

namespace daris {
namespace {

MachineShape machine_of(const GpuDescription& gpu, std::uint32_t sms) {
  if (sms == 0 || sms == gpu.sms || gpu.group_sms == 0) return {gpu.sms, gpu.group_sms, gpu.groups};
  const std::uint32_t groups = sms / gpu.group_sms;
  return {groups * gpu.group_sms, gpu.group_sms, groups};
}

std::string describe(const JobKind& kind) {
  return kind.model + " " + std::string(to_text(kind.precision)) + " b" + std::to_string(kind.batch) + " " +
         std::string(to_text(kind.weights));
}

std::string describe(const LoopShape& shape) {
  return std::to_string(shape.contexts) + " x " + std::to_string(shape.streams) + " at OS " +
         number_text(shape.oversubscription_milli / 1000.0) + " on " + std::to_string(shape.machine.sms) + " SMs";
}

Observation from(const Profile& profile, const Saturation& row) {
  Observation observation;
  observation.shape = {&profile,    nullptr,     machine_of(profile.gpu, row.sms), row.mechanism, row.staged,
                       row.contexts, row.streams, row.oversubscription_milli};
  observation.kind = {row.model, row.precision, row.batch, row.weights};
  observation.measured = row.jobs_per_s;
  observation.what = "saturation " + describe(observation.kind) + (row.staged ? ", " : " whole, ") + describe(observation.shape);
  return observation;
}

Observation from(const Profile& profile, const NeighbourTime& row) {
  Observation observation;
  observation.shape = {&profile,    nullptr,     machine_of(profile.gpu, 0), row.mechanism, true,
                       row.contexts, row.streams, row.oversubscription_milli};
  observation.kind = {row.model, row.precision, row.batch, Weights::kShared};
  observation.neighbour = {{row.neighbour_model, row.neighbour_precision, row.neighbour_batch, Weights::kShared}};
  for (const Samples& stage : row.stages) observation.measured += median_ns(stage);
  observation.what = "beside " + describe(observation.neighbour[0]) + ": " + describe(observation.kind) + ", " +
                     describe(observation.shape);
  return observation;
}

auto shape_key(const Observation& observation) {
  const LoopShape& shape = observation.shape;
  return std::tuple(shape.machine.sms, shape.contexts, shape.streams, shape.oversubscription_milli);
}

void hold_out_every_second_shape(std::vector<Observation>& observations) {
  std::set<decltype(shape_key(observations.front()))> shapes;
  for (const Observation& observation : observations) shapes.insert(shape_key(observation));
  for (Observation& observation : observations) {
    observation.held_out = std::distance(shapes.begin(), shapes.find(shape_key(observation))) % 2 == 1;
  }
}

}  // namespace

std::vector<Observation> observations_of(const Profile& profile, Backend backend) {
  std::vector<Observation> observations;
  for (const Saturation& row : profile.saturations) {
    if (row.mechanism == backend) observations.push_back(from(profile, row));
  }
  for (const NeighbourTime& row : profile.neighbours) {
    if (row.mechanism == backend) observations.push_back(from(profile, row));
  }
  hold_out_every_second_shape(observations);
  return observations;
}

Result<double> model_answer(const Observation& observation, const ContentionParameters& parameters) {
  if (observation.neighbour.empty()) {
    SaturationRequest request;
    static_cast<LoopShape&>(request) = observation.shape;
    request.contention = &parameters;
    request.model = observation.kind.model;
    request.precision = observation.kind.precision;
    request.batch = observation.kind.batch;
    request.weights = observation.kind.weights;
    return simulated_saturation_jobs_per_s(request);
  }
  LoopShape shape = observation.shape;
  shape.contention = &parameters;
  const Result<std::vector<double>> stages =
      simulated_neighbour_times_ns(shape, observation.kind, observation.neighbour.front());
  if (!stages.ok()) return stages.error();
  double job_ns = 0;
  for (const double stage_ns : stages.value()) job_ns += stage_ns;
  return job_ns;
}

}  // namespace daris
