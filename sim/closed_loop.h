// A closed loop (drive/closed_loop_policy.h) on the model of a GPU.
#pragma once

#include <cstdint>
#include <vector>

#include "drive/closed_loop_policy.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"

namespace daris {

struct ClosedLoopSetup {
  const GpuModel* gpu = nullptr;  // not owned; its tasks are what runs
  HostLatencies latencies;
  // Measured rounds over the whole set of tasks; at least 8 jobs a slot are measured.
  std::uint32_t rounds = 20;
  ClosedLoopWork work;  // by default all slots take the tasks in turn, a job a launch
};

// Runs the loop to its end. The result is deterministic.
[[nodiscard]] ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup);

}  // namespace daris
