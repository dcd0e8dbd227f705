// What `load` is counted against: the closed-loop saturation rate of each task group's jobs on the machine in
// use.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"
#include "workloads/task_set.h"

namespace daris {

struct Capacity {
  double jobs_per_s = 0;
  bool simulated = false;  // the profile has no measured figure for this; the contention model gave it
};

// By group of the set. Errors: what the profile lacks, a partition that can't be.
[[nodiscard]] Result<std::vector<Capacity>> group_capacities(const TaskSet& set, const Profile& profile,
                                                             const ContentionParameters& contention,
                                                             const MachineShape& machine, Backend backend);

}  // namespace daris
