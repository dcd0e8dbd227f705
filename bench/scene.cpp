#include "bench/scene.h"

#include <cstdint>
#include <utility>

#include "base/check.h"
#include "base/result.h"
#include "policy/switches.h"
#include "profiles/partition.h"
#include "profiles/profile_json.h"
#include "sim/afet.h"
#include "sim/contention_parameters.h"
#include "sim/gpu_model_builder.h"
#include "sim/saturation.h"
#include "sim/simulated_setup.h"
#include "workloads/scaling.h"

namespace daris {
namespace {

constexpr std::uint32_t kContexts = 6;
constexpr std::int64_t kSecond = 1'000'000'000;

template <typename T>
T must(Result<T> result) {
  DARIS_CHECK(result.ok());
  return std::move(result).value();
}

TaskGroup cameras(const char* name, std::uint32_t count, std::uint32_t priority) {
  TaskGroup group;
  group.name = name;
  group.count = count;
  group.model = "resnet18";
  group.priority = priority;
  group.period = group.deadline = Duration::from_ns(kSecond / 30);
  return group;
}

}  // namespace

Scene make_scene(bool staged) {
  const Profile profile = must(read_profile(DARIS_BENCH_PROFILE));
  const ContentionParameters contention = must(read_contention(DARIS_BENCH_CONTENTION));
  SaturationRequest saturation;
  saturation.profile = &profile;
  saturation.contention = &contention;
  saturation.model = "resnet18";
  const double capacity = must(simulated_saturation_jobs_per_s(saturation));

  Scene scene;
  TaskSet paper;
  paper.name = "resnet18-paper";
  paper.groups = {cameras("high", 16, 0), cameras("low", 32, 1)};
  Scaling scaling;
  scaling.load = 1.5;
  scene.workload = make_workload(must(scale(paper, scaling, {capacity, capacity})).set);
  GpuModelRequest request;
  request.profile = &profile;
  request.workload = &scene.workload;
  request.contention = &contention;
  request.shape = {Backend::kGreen, kContexts, 1, 2000};
  request.staged = staged;
  request.grants = must(make_partition(request.machine, request.shape));
  scene.gpu = must(build_gpu_model(request)).gpu;
  scene.latencies = host_latencies(profile, Backend::kGreen);
  const Time end = Time::from_ns(2 * kSecond);
  scene.releases = make_releases(scene.workload, 1, 0, end + Duration::from_ns(kSecond / 30));
  scene.policy_setup =
      make_simulated_setup(scene.gpu, scene.workload, average_full_load_times(scene.gpu, scene.latencies),
                           scene.latencies, PolicySwitches());
  scene.description = describe_run(scene.workload, scene.policy_setup, Time::from_ns(kSecond / 2), end);
  return scene;
}

}  // namespace daris
