#include "sim/loop_model.h"

#include <algorithm>
#include <utility>

#include "sim/gpu_model_builder.h"
#include "workloads/workload.h"

namespace daris {
namespace {

// The shape that is asked for, with no more contexts than fit.
Shape fitting_shape(const LoopPlace& place) {
  Shape shape = place.shape;
  const std::uint32_t fitting =
      shape.backend == Backend::kGreen ? place.machine.groups : place.machine.sms / 2;
  shape.contexts = std::min(shape.contexts, std::max(fitting, 1U));
  const std::uint32_t full = shape.contexts * 1000;
  shape.oversubscription_milli =
      shape.backend == Backend::kStreams ? full : std::min(shape.oversubscription_milli, full);
  return shape;
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

Result<GpuModel> build_loop_model(const LoopPlace& place, const std::vector<JobKind>& kinds) {
  const Shape shape = fitting_shape(place);
  DARIS_TRY_ASSIGN(std::vector<ContextGrant> grants, make_partition(place.machine, shape));
  const std::uint32_t slots = shape.contexts * shape.streams;
  const Workload workload = workload_of(kinds, slots);
  GpuModelRequest request;
  request.profile = place.profile;
  request.workload = &workload;
  request.contention = place.contention;
  request.machine = place.machine;
  request.shape = shape;
  request.grants = std::move(grants);
  request.staged = place.staged;
  DARIS_TRY_ASSIGN(BuiltGpuModel built, build_gpu_model(request));
  return std::move(built.gpu);
}

}  // namespace daris
