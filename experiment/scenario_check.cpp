#include "experiment/scenario_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "drive/full_load_times.h"
#include "experiment/possible_shapes.h"
#include "experiment/scaled_workload.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "sim/gpu_model_builder.h"
#include "sim/simulated_setup.h"

namespace daris {
namespace {

constexpr double kEstimateEndNs = 0x1p40;  // what policy/setup.h requires of durations

bool all_granted_alike(const std::vector<ContextGrant>& grants) {
  return std::all_of(grants.begin(), grants.end(), [&](const ContextGrant& grant) {
    return grant.granted_sms == grants.front().granted_sms;
  });
}

// One task of each group. The counts of groups stay as they are: they say whether weights exceed the cache.
Workload one_task_each(const TaskSet& scaled) {
  TaskSet single = scaled;
  for (TaskGroup& group : single.groups) group.count = 1;
  Workload workload = make_workload(std::move(single));
  for (std::size_t g = 0; g < scaled.groups.size(); ++g)
    workload.set.groups[g].count = scaled.groups[g].count;
  return workload;
}

StageCost most_of_all(const GpuModel& gpu) {
  StageCost most{0, 0, 0, 0, 0};
  for (std::uint32_t work_class = 0; work_class < gpu.classes(); ++work_class) {
    for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
      const StageCost& cost = gpu.cost(work_class, StageIndex(stage), ContextId(0));
      most.alone_ns = std::max(most.alone_ns, cost.alone_ns);
      most.give_way = std::max(most.give_way, cost.give_way);
      most.cache_demand = std::max(most.cache_demand, cost.cache_demand);
      most.handover = std::max(most.handover, cost.handover);
    }
  }
  return most;
}

// No estimate of a stage is above this in a shape of `slots` slots. The formula is that of sim/contention.h;
// a stage that shares a hardware queue waits for at most all other slots.
double most_ns(const GpuModel& gpu, const HostLatencies& latencies, double slots, bool queues_are_shared) {
  const StageCost most = most_of_all(gpu);
  const double slowdown = std::sqrt(1 + slots * slots * most.give_way) +
                          slots * (most.cache_demand + gpu.memory_latency) * most.cache_demand +
                          most.handover;
  const double host_ns = static_cast<double>(latencies.launch.ns() + latencies.notice.ns());
  return (queues_are_shared ? slots : 1) * (most.alone_ns * slowdown + host_ns);
}

// Tells whether the policy takes the setup. Any estimates serve to see that.
bool policy_takes(const SettledConfig& config, const GpuModel& gpu, const HostLatencies& latencies,
                  const Workload& workload) {
  std::vector<std::vector<Duration>> estimates;
  for (const std::uint32_t work_class : gpu.task_class)
    estimates.emplace_back(gpu.stages(work_class), kGuessedStage);
  PolicySetup setup = make_simulated_setup(gpu, workload, std::move(estimates), latencies, config.switches,
                                           config.batch_limit.value_or(0));
  setup.contexts = config.contexts;
  setup.streams = config.streams;
  return make_policy(config.policy, setup).ok();
}

// `scaled`: the counts of groups whose tasks share weights decide nothing.
std::string key_of(const GpuModelRequest& request, const TaskSet& scaled) {
  std::string key;
  fmt::format_to(std::back_inserter(key), "{} {} {} {} {} {} {} {} {}", fmt::ptr(request.profile),
                 fmt::ptr(request.contention), to_text(request.shape.backend), request.machine.sms,
                 request.machine.group_sms, request.machine.groups, request.grants.front().granted_sms,
                 request.staged, request.batch_classes);
  for (const TaskGroup& group : scaled.groups) {
    const std::uint32_t own = group.weights == Weights::kOwn ? group.count : 0;
    fmt::format_to(std::back_inserter(key), " {} {} {} {} {}", group.model, to_text(group.precision),
                   group.batch, own, group.priority);
  }
  return key;
}

}  // namespace

std::shared_ptr<const ScenarioCheck::SmallGpu> ScenarioCheck::small_gpu(const GpuModelRequest& request) {
  const std::string key = key_of(request, request.workload->set);
  const std::lock_guard lock(mutex_);
  const auto known = gpus_.find(key);
  if (known != gpus_.end()) return known->second;
  std::shared_ptr<const SmallGpu> gpu;
  if (Result<BuiltGpuModel> built = build_gpu_model(request); built.ok()) {
    gpu = std::make_shared<const SmallGpu>(
        SmallGpu{std::move(built.value().gpu), host_latencies(*request.profile, request.shape.backend)});
  }
  gpus_.emplace(key, gpu);
  return gpu;
}

std::optional<ScenarioCheck::SmallScenario> ScenarioCheck::small_scenario(const SettledConfig& config,
                                                                          const ScenarioInputs& inputs) {
  // They have more to check, and a schedule is one point as a rule. How tasks are merged depends on all.
  if (inputs.workload.schedule != nullptr || config.list != nullptr || find_policy(config.policy)->merges)
    return {};
  const Result<MachineShape> machine = confined_machine(inputs.profile->contents, config);
  const Result<TaskSet> set = task_set_of(inputs.workload);
  if (!machine.ok() || !set.ok()) return {};
  const Result<std::vector<Capacity>> capacities =
      capacities_of(config, set.value(), inputs, machine.value(), capacities_);
  const Result<std::vector<ContextGrant>> grants = contexts_of(machine.value(), config);
  if (!capacities.ok() || !grants.ok() || !all_granted_alike(grants.value())) return {};
  const Result<ScaledTaskSet> scaled = scale(set.value(), config.scaling, jobs_per_s_of(capacities.value()));
  if (!scaled.ok()) return {};
  SmallScenario small{nullptr, one_task_each(scaled.value().set)};
  GpuModelRequest request =
      gpu_request(config, inputs, machine.value(), {grants.value().front()}, small.workload);
  request.shape.contexts = request.shape.streams = 1;
  small.gpu = small_gpu(request);
  if (small.gpu == nullptr) return {};
  return small;
}

Status ScenarioCheck::check_shape(const SettledConfig& config, const std::string& id,
                                  const ScenarioInputs& inputs) {
  if (const auto small = small_scenario(config, inputs)) {
    const double slots = static_cast<double>(config.contexts) * config.streams;
    const bool queues_are_shared =
        slots > inputs.contention->contents.of(config.backend)->hardware_queues.value;
    const auto& [gpu, latencies] = *small->gpu;
    if (most_ns(gpu, latencies, slots, queues_are_shared) < kEstimateEndNs &&
        policy_takes(config, gpu, latencies, small->workload))
      return {};
  }
  DARIS_TRY_ASSIGN(const Scenario scenario, make_scenario(config, id, inputs, capacities_));
  const Result<std::unique_ptr<Policy>> policy = make_policy(config.policy, scenario.setup);
  if (policy.ok()) return {};
  return config.schedule.empty() ? policy.error() : policy.error().in(config.schedule);
}

Result<SettledConfig> ScenarioCheck::possible_config(const SettledConfig& config, const std::string& id,
                                                     const ScenarioInputs& inputs) {
  return first_possible_shape(config, inputs,
                              [&](const SettledConfig& shaped) { return check_shape(shaped, id, inputs); });
}

Status ScenarioCheck::check(const SettledConfig& config, const std::string& id,
                            const ScenarioInputs& inputs) {
  DARIS_TRY(possible_config(config, id, inputs));
  return {};
}

Status ScenarioCheck::check_scenario(const SettledConfig& config, const std::string& id,
                                     const ScenarioInputs& inputs) {
  const auto is_made = [&](const SettledConfig& shaped) -> Status {
    if (small_scenario(shaped, inputs)) return {};
    const Result<Scenario> made = make_scenario(shaped, id, inputs, capacities_);
    return made.ok() ? Status() : Status(made.error());
  };
  DARIS_TRY(first_possible_shape(config, inputs, is_made));
  return {};
}

}  // namespace daris
