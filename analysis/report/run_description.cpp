#include "analysis/report/run_description.h"

#include "base/check.h"

namespace daris {

RunDescription describe_run(const Workload& workload, const PolicySetup& setup, Time window_begin,
                            Time window_end) {
  DARIS_CHECK(workload.tasks.size() == setup.tasks.size() && window_begin < window_end);
  RunDescription run;
  for (const TaskGroup& group : workload.set.groups) {
    run.groups.push_back({group.name, group.count, group.priority, group.slo});
  }
  for (std::size_t task = 0; task < setup.tasks.size(); ++task) {
    const TaskSetup& told = setup.tasks[task];
    run.tasks.push_back({workload.tasks[task].group, told.relative_deadline, told.inputs,
                         static_cast<std::uint32_t>(told.stage_estimates.size())});
  }
  run.measures_mret = setup.switches.estimator == Estimator::kMret;
  run.contexts = setup.contexts;
  run.streams = setup.streams;
  run.window_begin = window_begin;
  run.window_end = window_end;
  return run;
}

}  // namespace daris
