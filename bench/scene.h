// What the benchmarks of the whole simulator run: the paper's ResNet18 set at load 1.5 for 2 s, on 6 contexts
// of one stream at OS = 2.
#pragma once

#include "analysis/report/run_description.h"
#include "policy/setup.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {

// Everything but the run itself.
struct Scene {
  GpuModel gpu;
  HostLatencies latencies;
  Workload workload;
  ReleaseList releases;
  PolicySetup policy_setup;
  RunDescription description;

  // REQUIRES: this outlives it.
  [[nodiscard]] SimulationSetup simulation() const {
    return {&gpu, &policy_setup, releases, latencies, description.window_end, {}};
  }
};

// `staged`: models run stage by stage, and not as a whole.
[[nodiscard]] Scene make_scene(bool staged);

}  // namespace daris
