// Everything that a policy is told before the run: the machine's shape, the tasks, the estimates, the
// switches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"
#include "policy/switches.h"

namespace daris {

struct Schedule;  // policy/schedule.h

// One task; the copies of a group are tasks of their own. REQUIRES: all durations > 0 and below 2^40 ns
// (about 18 minutes), level >= 0, at least one stage. A policy that runs whole models (policy/registry.h)
// gets exactly one stage: the whole model.
struct TaskSetup {
  Duration period;                        // T; the mean time between releases if arrivals are not periodic
  Duration relative_deadline;             // D
  std::uint32_t level = 0;                // 0 is the highest
  std::uint32_t inputs = 1;               // the task's batch: inputs that one job brings
  std::uint32_t batch_group = 0;          // index into PolicySetup::batch_groups
  std::vector<Duration> stage_estimates;  // AFET of each stage in this shape
};

// Time of one batch size, with the host's part. A policy of one slot is told the time alone on the whole
// machine. Any other policy is told the AFET: the mean time while every slot of the shape runs this size.
struct BatchTime {
  std::uint32_t inputs = 1;
  Duration execution;                 // of the whole model
  std::vector<Duration> stages = {};  // of each stage, together `execution`; empty if models run whole
};

// Tasks whose jobs may share a batch: same model, same weights, same precision.
struct BatchGroupSetup {
  std::uint32_t batch_limit = 1;  // B, in inputs; one of `times`' sizes
  std::vector<BatchTime> times;   // by ascending size, not empty for batching policies
};

// The most slots of all contexts together.
inline constexpr std::uint32_t kSlotsMax = 1024;

// Contexts are Nc, streams Ns (per context). REQUIRES: both at least 1, Nc * Ns <= kSlotsMax.
struct PolicySetup {
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  // By context: the levels that may use it, ascending. Empty: every level may use all contexts.
  std::vector<std::vector<std::uint32_t>> context_levels = {};
  std::vector<TaskSetup> tasks;
  std::vector<BatchGroupSetup> batch_groups;
  PolicySwitches switches;
  // For policies that execute a recorded schedule, else null. Copies share it.
  std::shared_ptr<const Schedule> schedule;
};

// The levels that tasks have, ascending, each once.
[[nodiscard]] inline std::vector<std::uint32_t> levels_of(const PolicySetup& setup) {
  std::vector<std::uint32_t> levels;
  for (const TaskSetup& task : setup.tasks) levels.push_back(task.level);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

}  // namespace daris
