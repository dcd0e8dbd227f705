#include "sim/simulate.h"

#include "drive/observer.h"
#include "sim/event_queue.h"
#include "sim/simulation.h"

namespace daris {

bool simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers) {
  return Simulation<EventQueue>(setup, policy, observers).run();
}

}  // namespace daris
