#include "experiment/batch_limit.h"

#include <set>

#include "experiment/point_releases.h"
#include "experiment/replication.h"
#include "policy/registry.h"
#include "sim/simulated_setup.h"

namespace daris {
namespace {

std::uint64_t jobs_in_time(const RunResults& results) {
  std::uint64_t jobs = 0;
  for (const Tally& group : results.groups) jobs += group.window_on_time;
  return jobs;
}

}  // namespace

bool batch_limit_is_open(const RunConfig& config, const ScheduleLog* schedule) {
  return forms_batches(config, schedule) && !batch_limit_of(config, schedule) &&
         !find_policy(config.policy)->single_jobs;
}

void limit_batches(Scenario& scenario, std::uint32_t limit) {
  std::vector<std::vector<Duration>> estimates;
  for (const TaskSetup& task : scenario.setup.tasks) estimates.push_back(task.stage_estimates);
  scenario.setup = make_simulated_setup(scenario.gpu, scenario.workload, std::move(estimates),
                                        scenario.latencies, scenario.config.switches, limit);
}

Result<BatchLimitChoice> choose_batch_limit(const Scenario& scenario, const ReleaseLog* log) {
  std::set<std::uint32_t> sizes;
  for (const auto& group : scenario.gpu.batch_classes) {
    for (const GpuModel::BatchClass& size : group) sizes.insert(size.inputs);
  }
  const ReleaseList releases = point_releases(scenario.config, scenario.workload, scenario.setup, log, 0);
  BatchLimitChoice choice;
  std::optional<std::uint64_t> most;
  for (const std::uint32_t size : sizes) {
    Scenario limited = scenario;
    limit_batches(limited, size);
    const Result<std::unique_ptr<Policy>> policy = make_policy(scenario.config.policy, limited.setup);
    if (!policy.ok()) return policy.error();
    const std::uint64_t jobs =
        jobs_in_time(simulate_replication(limited, limited.setup, *policy.value(), releases, nullptr));
    if (!most || jobs > *most) {
      most = jobs;
      choice.limit = size;
    }
    choice.tried.push_back(size);
  }
  return choice;
}

}  // namespace daris
