// The default of B, the largest batch of a batching policy: the size that gets most jobs done in time. Both
// worlds use it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "experiment/release_log.h"
#include "experiment/scenario.h"
#include "experiment/schedule_log.h"
#include "experiment/settled_config.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {

// Tells whether B has to be chosen: the policy forms batches, and nothing says how large. `schedule` is null
// for all policies but `scripted`.
[[nodiscard]] bool batch_limit_is_open(const SettledConfig& config, const ScheduleLog* schedule);

// The model in which limits are tried. Each world fills it: the simulator from a point's scenario, the live
// world from times that it measured. REQUIRES: all that it points to outlives its use.
struct BatchLimitModel {
  const SettledConfig* config = nullptr;
  const Workload* workload = nullptr;
  const GpuModel* gpu = nullptr;  // with batch classes: their sizes are the limits that are tried
  HostLatencies latencies;
  std::vector<std::vector<Duration>> stage_estimates;  // by task and stage
};

[[nodiscard]] BatchLimitModel batch_limit_model(const Scenario& scenario);

struct BatchLimitChoice {
  std::uint32_t limit = 1;
  std::vector<std::uint32_t> tried;  // ascending
};

// Simulates the first replication with each of the GPU model's sizes as limit. Takes the smallest of equals.
// REQUIRES: a batching policy. Errors: a setup that the policy can't serve.
[[nodiscard]] Result<BatchLimitChoice> choose_batch_limit(const BatchLimitModel& model,
                                                          const ReleaseLog* log);

// Settles B of each batch group of a scenario, if there are any: chooses it if the configuration leaves it
// open, and writes it into setup and point. Errors: those of choose_batch_limit().
[[nodiscard]] Status settle_batch_limits(Scenario& scenario, const ReleaseLog* log);

}  // namespace daris
