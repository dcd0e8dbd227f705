#include "experiment/planning/capacity_search.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <utility>

#include "base/host/interrupt.h"
#include "experiment/inputs.h"
#include "experiment/planning/shaped_config.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

// Runs loads, each set of tasks once.
class Prober {
 public:
  Prober(const CapacityRequest& request, Objectives objectives, PointRunner& runner,
         const CapacityProgress& progress)
      : request_(request), objectives_(std::move(objectives)), runner_(runner), progress_(progress) {}

  // The first trial. REQUIRES: nothing was run yet.
  Status run_as_written() {
    progress_("the set as written");
    DARIS_TRY_ASSIGN(CapacityTrial trial, run_in_some_shape(request_.config, 1));
    trials_.push_back(std::move(trial));
    return {};
  }

  // Sets how loads become configurations. The set as written is known already.
  Status use(const LoadScale& scale, double written_load) {
    scale_ = &scale;
    DARIS_TRY_ASSIGN(trials_.front().reached, scale.reached(written_load));
    known_.emplace(key_of(trials_.front().reached, 1), 0);
    return {};
  }

  // The index of the trial of that load.
  Result<std::size_t> trial_of(double load, std::uint32_t replications) {
    DARIS_TRY_ASSIGN(ReachedLoad reached, scale_->reached(load));
    const std::string key = key_of(reached, replications);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    progress_(fmt::format("{} {:.4g}, {} {}", to_text(request_.axis), reached.value, replications,
                          replications == 1 ? "run" : "runs"));
    DARIS_TRY_ASSIGN(CapacityTrial trial, run_in_some_shape(scale_->at(load), replications));
    trial.reached = std::move(reached);
    trials_.push_back(std::move(trial));
    known_.emplace(key, trials_.size() - 1);
    return trials_.size() - 1;
  }

  // The trial that failed at that load, whichever number of replications it had. REQUIRES: one did.
  Result<std::size_t> failed_trial_of(double load, std::uint32_t replications) {
    DARIS_TRY_ASSIGN(const ReachedLoad reached, scale_->reached(load));
    const auto found = known_.find(key_of(reached, replications));
    const bool is_it = found != known_.end() && !trials_[found->second].verdict.holds;
    return is_it ? found->second : known_.at(key_of(reached, 1));
  }

  Result<bool> holds(double load, std::uint32_t replications) {
    DARIS_TRY_ASSIGN(const std::size_t index, trial_of(load, replications));
    return trials_[index].verdict.holds;
  }

  [[nodiscard]] const CapacityTrial& written() const { return trials_.front(); }
  [[nodiscard]] const Provenance& provenance() const { return provenance_; }
  std::vector<CapacityTrial> take() { return std::move(trials_); }

 private:
  static std::string key_of(const ReachedLoad& reached, std::uint32_t replications) {
    return fmt::format("{} x {}", replications, reached.tasks_of_set);
  }

  // A shape that passed at one load is tried at the next, before another is looked for.
  Result<CapacityTrial> run_in_some_shape(const RunConfig& config, std::uint32_t replications) {
    if (config.automatic_shape && shape_) {
      DARIS_TRY_ASSIGN(CapacityTrial trial, run(with_shape(config, *shape_), replications));
      if (trial.verdict.holds) return trial;
    }
    DARIS_TRY_ASSIGN(CapacityTrial trial, run(config, replications));
    if (trial.verdict.holds) shape_ = trial.shape;
    return trial;
  }

  Result<CapacityTrial> run(RunConfig config, std::uint32_t replications) {
    config.replications = replications;
    DARIS_TRY_ASSIGN(const Point point, runner_.settle(config));
    DARIS_TRY(runner_.check(point));
    DARIS_TRY_ASSIGN(PointRun ran, runner_.run(point, request_.threads, interrupted));
    if (!ran.point || interrupted()) return environment_error("interrupted");
    provenance_ = runner_.provenance(point);
    CapacityTrial trial;
    trial.point = *std::move(ran.point);
    trial.shape = shape_of_point(trial.point);
    trial.replications = replications;
    trial.verdict = objectives_.judge(trial.point);
    return trial;
  }

  const CapacityRequest& request_;
  Objectives objectives_;
  PointRunner& runner_;
  const CapacityProgress& progress_;
  const LoadScale* scale_ = nullptr;
  std::optional<Shape> shape_;
  std::vector<CapacityTrial> trials_;
  std::map<std::string, std::size_t> known_;
  Provenance provenance_;
};

// REQUIRES: the set ran as written.
Status search(const CapacityRequest& request, const TaskSet& set, Prober& prober, CapacityFound& found) {
  const LoadScale scale(request.axis, request.config, set, prober.written().point);
  const LoadRange range = scale.range(request.tolerance);
  DARIS_TRY(prober.use(scale, range.start));
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
  Prober prober(request, objectives, runner, progress);
  DARIS_TRY(prober.run_as_written());
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
