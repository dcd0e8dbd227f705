#include "sim/loop_model.h"

#include <algorithm>
#include <utility>

#include "sim/gpu_model_builder.h"
#include "workloads/workload.h"

namespace daris {
namespace {

PartitionRequest partition_of(const LoopShape& shape) {
  PartitionRequest request;
  request.backend = shape.backend;
  const std::uint32_t places =
      shape.backend == Backend::kGreen ? shape.machine.groups : shape.machine.sms / 2;
  request.contexts = std::min(shape.contexts, std::max(places, 1U));
  const std::uint32_t full = request.contexts * 1000;
  request.oversubscription_milli =
      shape.backend == Backend::kStreams ? full : std::min(shape.oversubscription_milli, full);
  return request;
}

Workload workload_of(const std::vector<JobKind>& kinds, std::uint32_t slots) {
  constexpr std::int64_t kAnyPeriodNs = 1'000'000'000;
  TaskSet set;
  set.name = "closed loop";
  for (const JobKind& kind : kinds) {
    TaskGroup group;
    group.name = kind.model;
    group.count = kind.weights == Weights::kOwn ? 2 * slots : 1;
    group.model = kind.model;
    group.batch = kind.batch;
    group.precision = kind.precision;
    group.weights = kind.weights;
    group.period = group.deadline = Duration::from_ns(kAnyPeriodNs);
    set.groups.push_back(std::move(group));
  }
  return make_workload(std::move(set));
}

}  // namespace

Result<GpuModel> build_loop_model(const LoopShape& shape, const std::vector<JobKind>& kinds) {
  Result<std::vector<ContextGrant>> grants = make_partition(shape.machine, partition_of(shape));
  if (!grants.ok()) return grants.error();
  const auto slots = static_cast<std::uint32_t>(grants.value().size()) * shape.streams;
  const Workload workload = workload_of(kinds, slots);
  GpuModelRequest request;
  request.profile = shape.profile;
  request.workload = &workload;
  request.contention = shape.contention;
  request.machine = shape.machine;
  request.backend = shape.backend;
  request.grants = std::move(grants).value();
  request.streams = shape.streams;
  request.staged = shape.staged;
  Result<BuiltGpuModel> built = build_gpu_model(request);
  if (!built.ok()) return built.error();
  return std::move(built.value().gpu);
}

}  // namespace daris
