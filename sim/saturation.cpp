#include "sim/saturation.h"

#include <algorithm>

#include "sim/closed_loop.h"
#include "sim/gpu_model_builder.h"
#include "workloads/workload.h"

namespace daris {
namespace {

constexpr std::uint32_t kRounds = 20;
// With own weights: as many copies as a set that fills the GPU has, so that their weights don't fit its cache.
constexpr std::uint32_t kOwnCopies = 32;

Workload one_kind(const SaturationRequest& request) {
  TaskGroup group;
  group.name = request.model;
  group.count = request.weights == Weights::kOwn ? kOwnCopies : 1;
  group.model = request.model;
  group.batch = request.batch;
  group.precision = request.precision;
  group.weights = request.weights;
  group.period = group.deadline = Duration::from_ns(1'000'000'000);
  TaskSet set;
  set.name = "closed loop";
  set.groups.push_back(group);
  return make_workload(set);
}

}  // namespace

Result<double> simulated_saturation_jobs_per_s(const SaturationRequest& request) {
  PartitionRequest partition;
  partition.backend = request.backend;
  const std::uint32_t places = request.backend == Backend::kGreen ? request.machine.groups : request.machine.sms / 2;
  partition.contexts = std::clamp(places, 1U, request.contexts);
  partition.oversubscription_milli = std::min(request.oversubscription_milli, partition.contexts * 1000);
  Result<std::vector<ContextGrant>> grants = make_partition(request.machine, partition);
  if (!grants.ok()) return grants.error();

  const Workload workload = one_kind(request);
  GpuModelRequest model;
  model.profile = request.profile;
  model.workload = &workload;
  model.contention = request.contention;
  model.machine = request.machine;
  model.backend = request.backend;
  model.grants = std::move(grants).value();
  model.streams = request.streams;
  model.staged = request.staged;
  const Result<BuiltGpuModel> built = build_gpu_model(model);
  if (!built.ok()) return built.error();

  ClosedLoopSetup loop;
  loop.gpu = &built.value().gpu;
  loop.latencies = host_latencies(*request.profile, request.backend);
  loop.rounds = kRounds;
  return run_closed_loop(loop).jobs_per_s;
}

}  // namespace daris
