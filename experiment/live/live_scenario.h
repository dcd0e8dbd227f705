// Everything that a live point needs, made from its configuration on this machine. This is the scaled task
// set, an executor, the estimates that its warm-up measured, and the policy's setup.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "analysis/report/run_description.h"
#include "base/result.h"
#include "experiment/inputs.h"
#include "experiment/live/live_batch_limit.h"
#include "experiment/live/live_measurements.h"
#include "experiment/scenario.h"
#include "experiment/settled_config.h"
#include "policy/setup.h"
#include "runtime/live_backend.h"
#include "runtime/run_clock.h"
#include "workloads/workload.h"

namespace daris {

struct LiveScenario {
  SettledConfig config;
  Workload workload;
  std::shared_ptr<RunClock> clock;
  LiveMachine machine;
  bool staged = true;  // else each model is one stage
  PolicySetup setup;
  std::vector<std::vector<Duration>> alone_times;    // by task and stage
  std::shared_ptr<const RecordedSchedule> recorded;  // null except for policy `scripted`
  std::shared_ptr<const InjectionInput> injection;   // null if nothing is disturbed
  RunDescription description;
  PointDescription point;
  std::string batch_choice;  // for people: how B was chosen; empty if it was given
};

// The means by which a scenario is made. REQUIRES: all of it outlives its use.
struct LiveMeans {
  LiveBackend& backend;
  KnownCapacities& known_capacities;
  KnownBatchLimits& known_batch_limits;
  const std::function<bool()>& stopped;
  std::function<void(std::size_t captured, std::size_t all)> captured;  // as in runtime/set_up_watch.h
  // The point in the simulator, whose tasks and estimates are taken; null: they are measured.
  const Scenario* modelled = nullptr;
};

// Sets the machine up and warms it up, which takes seconds. REQUIRES: `config` is normalised, and
// check_live_point() has nothing against it. Errors: of the environment, or interrupted.
[[nodiscard]] Result<LiveScenario> make_live_scenario(const SettledConfig& config, const std::string& id,
                                                      const WorkloadInput& input, const LiveMeans& means);

// Measurements in the scenario's shape. `stopped` must outlive them. `captured` is told of what they set up.
[[nodiscard]] LiveMeasurements measurements_of(
    const LiveScenario& scenario, LiveBackend& backend, const std::function<bool()>& stopped,
    const std::function<void(std::size_t captured, std::size_t all)>& captured);

// Finds what is wrong with the point before anything is set up. Errors: of the input.
[[nodiscard]] Status check_live_point(const SettledConfig& config, const WorkloadInput& input,
                                      const LiveBackend& backend);

}  // namespace daris
