// Holds what actually runs: the tasks of a scaled task set, with copies written out, and the releases of one
// replication.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"
#include "workloads/task_set.h"

namespace daris {

// One task. `TaskId` t is its position in Workload::tasks: groups in the order of the set, copies in a row.
struct Task {
  std::string name;              // the group's name, with "/1", "/2", ... if it has several copies
  std::uint32_t group = 0;       // index into the (scaled) task set's groups
  std::uint32_t weights_id = 0;  // tasks with equal ids may share a batch: same model, precision, weights
};

struct Workload {
  TaskSet set;  // scaled
  std::vector<Task> tasks;
  [[nodiscard]] const TaskGroup& group_of(TaskId task) const { return set.groups[tasks[task.at()].group]; }
};

// The nominal release of a job. Lists are sorted by time, then by job id.
struct Release {
  Time nominal;
  JobId job;
  friend bool operator==(const Release&, const Release&) = default;
};
using ReleaseList = std::vector<Release>;

// Writes the copies out and numbers the weights.
[[nodiscard]] Workload make_workload(TaskSet scaled);

// All releases before `end` (workloads/arrivals/release_times.h). They are drawn by Philox keyed by (seed,
// replication, task, purpose). So what one task draws depends neither on other tasks nor on the policy, and
// configurations share common random numbers. A task's key is its group's position and its copy's, so
// different counts of tasks share them too.
[[nodiscard]] ReleaseList make_releases(const Workload& workload, std::uint64_t seed,
                                        std::uint32_t replication, Time end);

// About how many releases there will be, to be asked before memory is filled with them.
[[nodiscard]] double expected_releases(const Workload& workload, Time end);

}  // namespace daris
