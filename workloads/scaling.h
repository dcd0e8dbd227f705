// Load, priority mix and deadline ratio: makes a task set bigger or smaller, and its deadlines shorter or
// longer (docs/formats.md, "Scaling").
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "workloads/task_set.h"

namespace daris {

enum class LoadBy { kCount, kRate };

struct Scaling {
  std::optional<double> load;  // demand over capacity; nullopt: as written
  LoadBy load_by = LoadBy::kCount;
  std::optional<double> priority_mix;  // share of level 0 in the demand, by count of tasks
  // D / T of every task; nullopt: the set's own deadlines.
  std::optional<double> deadline_ratio = std::nullopt;
};

struct ScaledTaskSet {
  TaskSet set;
  double demand_load = 0;  // the load that was reached: sum over groups of count * rate / capacity
};

// `capacity_jobs_per_s[g]` is the closed-loop saturation rate of group g's model, precision, batch and
// weights.
//
// Counts are rounded half up, to at least one in each group. With a priority mix, levels below 0 keep their
// ratio; without a load, the number of tasks stays what it was. A mix of 0 leaves out the groups of level 0,
// and a mix of 1 those below it. `kRate` changes counts by the mix alone. It
// changes periods and deadlines (and given offsets, jitter, trace times) by one factor. A deadline ratio then
// gives each task the deadline of ratio times its period, rounded half up, at least 1 ns. SLOs stay as they
// are.
//
// Errors: a load, mix or ratio is out of range. There is a mix, but no task on a side that it gives a share
// to. The set gets more tasks, other periods or longer deadlines than it may have. REQUIRES: each group's
// capacity is above 0.
[[nodiscard]] Result<ScaledTaskSet> scale(const TaskSet& set, const Scaling& scaling,
                                          const std::vector<double>& capacity_jobs_per_s);

}  // namespace daris
