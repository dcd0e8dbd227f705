// The GPU as the simulator sees it: how long each stage takes alone in each context, and how stages that run together slow
// each other down. Resolved tables only; built once a configuration by sim/gpu_model_builder.h from a profile, a partition
// and the contention parameters, then read by any number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/ids.h"
#include "policy/time.h"

namespace daris {

// A stage of one work class (same model, precision, batch, weights) as it loads the GPU.
struct StageLoad {
  std::vector<double> alone_ns;   // by context: the time alone on the SMs granted to it
  std::vector<double> sm_demand;  // by context: mean share of the granted SMs that it keeps busy when alone, in (0, 1]
  double memory_demand = 0;       // DRAM bytes per ns when alone, as a share of the machine's bandwidth; 0 where not measured
};

struct GpuModel {
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  // loads[work_class][stage]; the task's class for its own batch is task_class[task].
  std::vector<std::vector<StageLoad>> loads;
  std::vector<std::uint32_t> task_class;
  // batch_class[group][i]: class of the i-th profiled size of a batch group (whole models), for batching policies.
  std::vector<std::vector<std::uint32_t>> batch_class;
};

}  // namespace daris
