// A closed loop (drive/closed_loop_policy.h) on the model of a GPU.
#pragma once

#include <cstdint>
#include <vector>

#include "drive/closed_loop_policy.h"
#include "policy/ids.h"
#include "sim/gpu_model.h"
#include "sim/simulate.h"

namespace daris {

struct ClosedLoopSetup {
  const GpuModel* gpu = nullptr;  // not owned; its tasks are what runs
  HostLatencies latencies;
  std::uint32_t rounds =
      20;  // measured rounds over the whole set of tasks; at least 8 jobs a slot are measured
  std::vector<TaskId>
      slot_task;  // what each slot runs over and over; empty: all slots take the tasks in turn
};

// Deterministic.
[[nodiscard]] ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup);

}  // namespace daris
