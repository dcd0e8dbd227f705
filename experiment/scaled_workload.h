// The tasks of a point, scaled by its configuration, in either world.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/result.h"
#include "experiment/inputs.h"
#include "workloads/scaling.h"
#include "workloads/task_set.h"
#include "workloads/workload.h"

namespace daris {

// The set as written; if there is a log, with the counts, periods and deadlines of its tasks.
// Errors: the log's tasks are not those of the set.
[[nodiscard]] Result<TaskSet> task_set_of(const WorkloadInput& input);

struct ScaledWorkload {
  Workload workload;
  double demand_load = 0;        // the load that was reached
  std::vector<GroupLoad> loads;  // by group
};

// `capacity_jobs_per_s`: by group of `set`, as scale() takes them. Errors: those of scale().
[[nodiscard]] Result<ScaledWorkload> scale_workload(const TaskSet& set, const Scaling& scaling,
                                                    const std::vector<double>& capacity_jobs_per_s);

// Puts the loads into the report's point, with a warning if the load reached is more than 5% off the one that
// was asked for.
void note_loads(const ScaledWorkload& scaled, const Scaling& scaling, PointDescription& point);

}  // namespace daris
