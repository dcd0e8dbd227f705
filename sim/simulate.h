// One simulated run: a policy scheduling a workload on a model of a GPU, in virtual time.
#pragma once

#include <functional>
#include <span>

#include "base/time.h"
#include "drive/injection.h"
#include "policy/setup.h"
#include "sim/gpu_model.h"
#include "workloads/workload.h"

namespace daris {

class Observer;
class Policy;

// The host's part of a stage, which the simulator adds around the GPU's execution. It comes from the
// profile's launch costs. REQUIRES: neither is negative.
struct HostLatencies {
  Duration launch;  // from the decision until the stage executes
  Duration notice;  // from the end of the execution until the policy is told
};

struct SimulationSetup {
  const GpuModel* gpu = nullptr;              // not owned; read only, so threads may share it
  const PolicySetup* policy_setup = nullptr;  // not owned; what `policy` was made from
  // Sorted; up to the end of the measured window plus the longest deadline.
  std::span<const Release> releases;
  HostLatencies latencies;
  // End of the measured window. The run goes on until every job released before it has completed, was
  // rejected or dropped, or passed its deadline. A recorded schedule must also be done, or
  // RunBook::kScheduleLimit behind.
  Time measured_end;
  // Disturbances. All are empty as a rule, and then cost nothing.
  std::span<const ContextLoss> losses = {};  // sorted by time
  std::span<const Slowdown> slowdowns = {};
  std::span<const LateReleases> late_releases = {};
  // Asked every few thousand instants, thus many times a second; true ends the run. The same thread calls it.
  std::function<bool()> stopped = [] { return false; };
};

// Runs to the end and tells `observers` every step. The same input gives the same calls. `policy` must be
// fresh. Returns false if it was stopped; then the observers are not told of an end.
//
// A stage that is slowed down does so much more work at the same contention; its time alone is reported as it
// would be without. A run does not end before all releases inside the window were told.
//
// All events of an instant go to the policy in one step. A timer set for an instant that is not later than
// the step fires one nanosecond after it. The observers are told when the run ended. That is the instant at
// which the last counted job was settled, but not before `measured_end`. REQUIRES: everything happens before
// EventQueue::kTimeLimit (26 days).
bool simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers);

}  // namespace daris
