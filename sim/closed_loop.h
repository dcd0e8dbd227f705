// A closed loop: every slot is given its next job the moment the last one is done, with no scheduler. It keeps the GPU as full
// as its slots allow, so it gives the saturation rate and the times of stages under full load.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/ids.h"
#include "policy/policy.h"
#include "policy/time.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"

namespace daris {

struct ClosedLoopSetup {
  const GpuModel* gpu = nullptr;  // not owned; its tasks are what runs
  HostLatencies latencies;
  std::uint32_t rounds = 20;      // measured rounds over the whole set of tasks; at least 8 jobs a slot are measured
  std::vector<TaskId> slot_task;  // what each slot runs over and over; empty: all slots take the tasks in turn
};

struct ClosedLoopResult {
  double jobs_per_s = 0;                      // of all slots together
  std::vector<std::vector<double>> stage_ns;  // by task and stage: mean time of its executions; empty for a task that never ran
};

// Deterministic. The first slots start one after the other, spread over a job's time, so that they don't run in step.
[[nodiscard]] ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup);

}  // namespace daris
