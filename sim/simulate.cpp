#include "sim/simulate.h"

#include "drive/observer.h"
#include "sim/event_queue.h"
#include "sim/simulation.h"

namespace daris {

void simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers) {
  Simulation<EventQueue>(setup, policy, observers).run();
}

}  // namespace daris
