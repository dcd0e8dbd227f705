#include "experiment/replication.h"

#include <optional>
#include <utility>
#include <vector>

#include "analysis/report/metrics.h"
#include "analysis/report/schedule_comparison.h"
#include "experiment/blamed_misses.h"
#include "policy/policy.h"
#include "sim/simulate.h"

namespace daris {

std::optional<RunResults> simulate_replication(const Scenario& scenario, const PolicySetup& setup,
                                               Policy& policy, const ReleaseList& releases, Observer* watcher,
                                               const std::function<bool()>& stopped) {
  MetricsCollector metrics(scenario.description);
  std::vector<Observer*> observers{&metrics};
  std::optional<ScheduleComparison> comparison;
  if (scenario.recorded != nullptr)
    observers.push_back(&comparison.emplace(*scenario.recorded, scenario.workload, scenario.description));
  if (watcher != nullptr) observers.push_back(watcher);
  std::optional<BlamedMisses> blamed;
  if (scenario.config.blame)
    observers.push_back(
        &blamed.emplace("simulated", scenario.point, scenario.workload, setup, policy).observer());
  SimulationSetup simulation;
  simulation.gpu = &scenario.gpu;
  simulation.policy_setup = &setup;
  simulation.releases = releases;
  simulation.latencies = scenario.latencies;
  simulation.measured_end = Time() + scenario.config.duration;
  if (scenario.injection != nullptr) {
    const Injection& injection = scenario.injection->contents;
    simulation.losses = injection.losses;
    simulation.slowdowns = injection.slowdowns;
    simulation.late_releases = injection.late_releases;
  }
  simulation.stopped = stopped;
  if (!simulate(simulation, policy, observers)) return std::nullopt;
  RunResults results = metrics.results();
  if (comparison) results.schedule = comparison->errors();
  if (blamed) std::move(*blamed).add_to(results, scenario.description);
  return results;
}

}  // namespace daris
