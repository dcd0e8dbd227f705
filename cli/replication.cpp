#include "cli/replication.h"

#include <algorithm>
#include <vector>

#include "analysis/metrics.h"
#include "sim/simulate.h"

namespace daris {

ReleaseList releases_of(const Scenario& scenario, const ReleaseLog* log, std::uint32_t number) {
  Duration longest;
  for (const TaskSetup& task : scenario.setup.tasks) longest = std::max(longest, task.relative_deadline);
  const Time end = Time() + scenario.config.duration + longest;
  if (log == nullptr) return make_releases(scenario.workload, scenario.config.seed, number, end);
  ReleaseList releases = log->releases;
  std::erase_if(releases, [end](const Release& release) { return release.nominal >= end; });
  return releases;
}

RunResults simulate_replication(const Scenario& scenario, const PolicySetup& setup, Policy& policy,
                                const ReleaseList& releases, Observer* watcher) {
  MetricsCollector metrics(scenario.description);
  std::vector<Observer*> observers{&metrics};
  if (watcher != nullptr) observers.push_back(watcher);
  SimulationSetup simulation;
  simulation.gpu = &scenario.gpu;
  simulation.policy_setup = &setup;
  simulation.releases = releases;
  simulation.latencies = scenario.latencies;
  simulation.measured_end = Time() + scenario.config.duration;
  simulate(simulation, policy, observers);
  return metrics.results();
}

}  // namespace daris
