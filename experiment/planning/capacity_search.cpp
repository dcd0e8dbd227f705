#include "experiment/planning/capacity_search.h"

#include <memory>

#include "base/host/interrupt.h"
#include "experiment/inputs.h"
#include "experiment/planning/highest_load.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

// REQUIRES: the set ran as written.
Status search(const CapacityRequest& request, const TaskSet& set, LoadProber& prober, CapacityFound& found) {
  const LoadScale scale(request.axis, request.config, set, prober.trials().front().point);
  const LoadRange range = scale.range(request.tolerance);
  prober.use(scale);
  DARIS_TRY(prober.know_written_load(range.start));
  const auto quick = [&](double load) { return prober.holds(load, 1); };
  const auto confirmed = [&](double load) { return prober.holds(load, request.replications); };
  DARIS_TRY_ASSIGN(const LoadBracket first, bracket_highest(range, quick));
  DARIS_TRY_ASSIGN(const LoadBracket last, confirm_highest(range, first, confirmed));
  if (last.passing) {
    DARIS_TRY_ASSIGN(found.highest, prober.trial_of(*last.passing, request.replications));
  }
  if (last.failing) {
    DARIS_TRY_ASSIGN(found.failing, prober.failed_trial_of(*last.failing, request.replications));
  }
  return {};
}

}  // namespace

Status check_scalable(const RunConfig& config) {
  if (!config.releases.empty() || !config.schedule.empty())
    return Error{"a log's releases can't be scaled; name a task set instead"};
  if (config.task_set.empty()) return Error{"no task set is given; name one with --task-set"};
  return {};
}

Result<CapacityFound> find_capacity(const CapacityRequest& request, PointRunner& runner,
                                    const CapacityProgress& progress) {
  DARIS_TRY(check_scalable(request.config));
  if (request.config.scaling.load) return Error{"load: the highest is looked for; leave it out"};
  Inputs files;
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, files.task_set(request.config.task_set));
  const Objectives objectives(set->contents, request.loss_max);
  const RunPoint run = [&](const Point& point) { return runner.run(point, request.threads, interrupted); };
  LoadProber prober(objectives, runner, run, progress);
  DARIS_TRY(prober.run_as_written(request.config));
  CapacityFound found;
  found.objectives = objectives.text();
  found.objectives_of_set = objectives.are_of_set();
  found.axis = request.axis;
  DARIS_TRY(search(request, set->contents, prober, found));
  found.trials = prober.take();
  found.provenance = prober.provenance();
  return found;
}

}  // namespace daris
