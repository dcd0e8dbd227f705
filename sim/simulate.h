// One simulated run: a policy scheduling a workload on a model of a GPU, in virtual time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/observer.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "policy/time.h"
#include "sim/gpu_model.h"
#include "workloads/workload.h"

namespace daris {

// The host's part of a stage, added by the simulator around the GPU's execution. From the profile's launch costs.
struct HostLatencies {
  Duration launch;   // from the decision until the stage executes
  Duration notice;   // from the end of the execution until the policy is told
};

struct SimulationSetup {
  const GpuModel* gpu = nullptr;       // not owned; read only, may be shared by threads
  const PolicySetup* policy_setup = nullptr;  // not owned; what `policy` was made from
  std::span<const Release> releases;   // sorted; up to the end of the measured window plus the longest deadline
  HostLatencies latencies;
  Time measured_end;                   // end of the measured window: the run goes on until every job released before it
                                       // has completed or passed its deadline
};

// Runs to the end and tells `observers` every step. Same input => same calls. `policy` must be fresh.
void simulate(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers);

}  // namespace daris
