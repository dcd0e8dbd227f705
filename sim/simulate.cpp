#include "sim/simulate.h"

#include <algorithm>

#include "sim/event_queue.h"
#include "sim/simulation.h"

namespace daris {

std::size_t internal::jobs_of_launch_max(const PolicySetup& setup) {
  std::size_t jobs = 1;
  for (const BatchGroupSetup& group : setup.batch_groups) jobs = std::max<std::size_t>(jobs, group.batch_limit);
  return jobs;
}

void simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers) {
  Simulation<EventQueue>(setup, policy, observers).run();
}

}  // namespace daris
