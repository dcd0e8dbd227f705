// One simulated run: a policy scheduling a workload on a model of a GPU, in virtual time.
#pragma once

#include <span>

#include "base/time.h"
#include "drive/observer.h"
#include "policy/ids.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "sim/gpu_model.h"
#include "workloads/workload.h"

namespace daris {

// The host's part of a stage, added by the simulator around the GPU's execution. From the profile's launch
// costs. REQUIRES: neither is negative.
struct HostLatencies {
  Duration launch;  // from the decision until the stage executes
  Duration notice;  // from the end of the execution until the policy is told
};

// For tests of what happens then: `context` is gone at `at`, with what runs in it.
struct ContextLoss {
  Time at;
  ContextId context;
};

struct SimulationSetup {
  const GpuModel* gpu = nullptr;              // not owned; read only, may be shared by threads
  const PolicySetup* policy_setup = nullptr;  // not owned; what `policy` was made from
  std::span<const Release>
      releases;  // sorted; up to the end of the measured window plus the longest deadline
  HostLatencies latencies;
  Time measured_end;  // end of the measured window: the run goes on until every job released before it
                      // has completed (or was rejected or dropped) or passed its deadline, and a recorded
                      // schedule is done or RunBook::kScheduleLimit behind
  std::span<const ContextLoss> losses;  // sorted by time
};

// Runs to the end and tells `observers` every step. Same input => same calls. `policy` must be fresh.
//
// All events of an instant go to the policy in one step. A timer set for an instant that is not later than
// the step fires one nanosecond after it. The run's end, as told to the observers, is the instant when the
// last counted job was settled, and not before `measured_end`. REQUIRES: everything happens before
// EventQueue::kTimeLimit (26 days).
void simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers);

}  // namespace daris
