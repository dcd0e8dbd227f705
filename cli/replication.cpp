#include "cli/replication.h"

#include <vector>

#include "analysis/metrics.h"
#include "sim/simulate.h"

namespace daris {

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
