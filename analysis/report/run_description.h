// Describes a run to its metrics before it begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// One task; copies are written out. Its position is its TaskId.
struct MeasuredTask {
  std::uint32_t group = 0;  // index into RunDescription::groups
  Duration relative_deadline;
  std::uint32_t inputs = 1;  // images that a job brings
  std::uint32_t stages = 1;  // as the policy sees them: 1 if whole models run
};

// One entry of the task set as written: the `tasks` of a report.
struct MeasuredGroup {
  std::string name;
  std::uint32_t count = 1;
  std::uint32_t level = 0;
  Slo slo;
};

struct RunDescription {
  std::vector<MeasuredGroup> groups;
  std::vector<MeasuredTask> tasks;
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  bool measures_mret = true;  // else the policy's estimates are those that the run began with
  Time window_begin;          // the end of the warm-up
  Time window_end;            // the end of the duration; the window is [begin, end)
};

// REQUIRES: `setup` was made from `workload` (the same tasks in the same order), and begin < end.
[[nodiscard]] RunDescription describe_run(const Workload& workload, const PolicySetup& setup,
                                          Time window_begin, Time window_end);

}  // namespace daris
