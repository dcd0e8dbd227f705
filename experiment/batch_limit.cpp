#include "experiment/batch_limit.h"

#include <memory>
#include <optional>
#include <set>

#include "analysis/report/metrics.h"
#include "analysis/report/run_description.h"
#include "experiment/point_releases.h"
#include "plugin/loader.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "sim/simulated_setup.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

std::set<std::uint32_t> sizes_of(const GpuModel& gpu) {
  std::set<std::uint32_t> sizes;
  for (const auto& group : gpu.batch_classes) {
    for (const GpuModel::BatchClass& size : group) sizes.insert(size.inputs);
  }
  return sizes;
}

// Counts the jobs that the first replication gets done in time.
Result<std::uint64_t> jobs_in_time(const BatchLimitModel& model, const PolicySetup& setup,
                                   const ReleaseList& releases) {
  const SettledConfig& config = *model.config;
  DARIS_TRY_ASSIGN(const std::unique_ptr<Policy> policy, make_policy(config.policy, setup));
  const Time end = Time() + config.duration;
  MetricsCollector metrics(describe_run(*model.workload, setup, Time() + config.warmup, end));
  SimulationSetup simulation;
  simulation.gpu = model.gpu;
  simulation.policy_setup = &setup;
  simulation.releases = releases;
  simulation.latencies = model.latencies;
  simulation.measured_end = end;
  simulation.stopped = [&] { return policy->failure() != nullptr; };
  Observer* const observer = &metrics;
  simulate(simulation, *policy, {&observer, 1});
  DARIS_TRY(status_of(*policy));
  std::uint64_t jobs = 0;
  for (const Tally& group : metrics.results().groups) jobs += group.window_on_time;
  return jobs;
}

}  // namespace

bool batch_limit_is_open(const SettledConfig& config, const ScheduleLog* schedule) {
  const PolicyInfo& policy = *find_policy(config.policy);
  return forms_batches(config, schedule) && !batch_limit_of(config, schedule) && !policy.single_jobs &&
         !policy.sizes_batches && !policy.merges;
}

BatchLimitModel batch_limit_model(const Scenario& scenario) {
  BatchLimitModel model{&scenario.config, &scenario.workload, &scenario.gpu, scenario.latencies, {}};
  for (const TaskSetup& task : scenario.setup.tasks) model.stage_estimates.push_back(task.stage_estimates);
  return model;
}

Result<BatchLimitChoice> choose_batch_limit(const BatchLimitModel& model, const ReleaseLog* log) {
  ReleaseList releases;
  BatchLimitChoice choice;
  std::optional<std::uint64_t> most;
  PolicySetup setup = make_simulated_setup(*model.gpu, *model.workload, model.stage_estimates,
                                           model.latencies, model.config->switches);
  for (const std::uint32_t size : sizes_of(*model.gpu)) {
    limit_batches(setup, size);
    if (choice.tried.empty()) {
      DARIS_TRY_ASSIGN(releases, point_releases(*model.config, *model.workload, setup, log, 0));
    }
    DARIS_TRY_ASSIGN(const std::uint64_t jobs, jobs_in_time(model, setup, releases));
    if (!most || jobs > *most) {
      most = jobs;
      choice.limit = size;
    }
    choice.tried.push_back(size);
  }
  return choice;
}

Status settle_batch_limits(Scenario& scenario, const ReleaseLog* log) {
  const PolicyInfo& policy = *find_policy(scenario.config.policy);
  if (!policy.batches) return {};
  if (policy.single_jobs) {
    limit_batches(scenario.setup, 1);
  } else if (batch_limit_is_open(scenario.config, nullptr)) {
    const Result<BatchLimitChoice> choice = choose_batch_limit(batch_limit_model(scenario), log);
    if (!choice.ok()) return choice.error();
    limit_batches(scenario.setup, choice.value().limit);
  }
  for (const BatchGroupSetup& group : scenario.setup.batch_groups)
    scenario.point.batch_limits.push_back(group.batch_limit);
  return {};
}

}  // namespace daris
