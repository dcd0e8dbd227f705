// A world that policies run in, simulated or live. The conformance suite runs over such worlds. A program of
// the suite links one definition of worlds().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "drive/observer.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris::testing {

struct WorldRun {
  const Workload* workload = nullptr;
  const PolicySetup* setup = nullptr;
  ReleaseList releases;
  Time window_end;
};

class World {
 public:
  virtual ~World() = default;
  // Runs `policy`, fresh and made from the setup, to the end. If the setup has one stage a task, models run
  // whole.
  virtual void run(const WorldRun& run, Policy& policy, std::span<Observer* const> observers) = 0;
};

struct NamedWorld {
  std::string name;
  std::function<std::unique_ptr<World>()> make;
};
[[nodiscard]] std::vector<NamedWorld> worlds();

}  // namespace daris::testing
