#include "experiment/planning/load_prober.h"

#include <fmt/format.h>

#include "base/host/interrupt.h"
#include "experiment/planning/shaped_config.h"

namespace daris {
namespace {

std::string key_of(const ReachedLoad& reached, std::uint32_t replications) {
  return fmt::format("{} x {}", replications, reached.tasks_of_set);
}

}  // namespace

Status LoadProber::run_as_written(const RunConfig& config) {
  progress_(world_ + "the set as written");
  DARIS_TRY_ASSIGN(CapacityTrial trial, run_in_some_shape(config, 1));
  trials_.push_back(std::move(trial));
  return {};
}

Status LoadProber::know_written_load(double load) {
  DARIS_TRY_ASSIGN(trials_.front().reached, scale_->reached(load));
  known_.emplace(key_of(trials_.front().reached, 1), 0);
  return {};
}

Result<std::size_t> LoadProber::trial_of(double load, std::uint32_t replications) {
  DARIS_TRY_ASSIGN(ReachedLoad reached, scale_->reached(load));
  const std::string key = key_of(reached, replications);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const std::string what = fmt::format("{}{} {:.4g}, {} {}", world_, to_text(scale_->axis()), reached.value,
                                       replications, replications == 1 ? "run" : "runs");
  progress_(what);
  DARIS_TRY_ASSIGN(CapacityTrial trial, run_in_some_shape(scale_->at(load), replications));
  progress_(what + (trial.verdict.holds ? ": holds" : ": " + breach_text(trial.verdict.broken.front())));
  trial.reached = std::move(reached);
  trials_.push_back(std::move(trial));
  known_.emplace(key, trials_.size() - 1);
  return trials_.size() - 1;
}

Result<bool> LoadProber::holds(double load, std::uint32_t replications) {
  DARIS_TRY_ASSIGN(const std::size_t index, trial_of(load, replications));
  return trials_[index].verdict.holds;
}

Result<std::size_t> LoadProber::failed_trial_of(double load, std::uint32_t replications) const {
  DARIS_TRY_ASSIGN(const ReachedLoad reached, scale_->reached(load));
  const auto found = known_.find(key_of(reached, replications));
  const bool is_it = found != known_.end() && !trials_[found->second].verdict.holds;
  return is_it ? found->second : known_.at(key_of(reached, 1));
}

// A shape that passed at one load is tried at the next, before another is looked for.
Result<CapacityTrial> LoadProber::run_in_some_shape(const RunConfig& config, std::uint32_t replications) {
  if (config.automatic_shape && shape_) {
    DARIS_TRY_ASSIGN(CapacityTrial trial, run(with_shape(config, *shape_), replications));
    if (trial.verdict.holds) return trial;
  }
  DARIS_TRY_ASSIGN(CapacityTrial trial, run(config, replications));
  if (trial.verdict.holds) shape_ = trial.shape;
  return trial;
}

Result<CapacityTrial> LoadProber::run(RunConfig config, std::uint32_t replications) {
  config.replications = replications;
  DARIS_TRY_ASSIGN(const Point point, runner_.settle(config));
  DARIS_TRY(runner_.check(point));
  DARIS_TRY_ASSIGN(PointRun ran, run_(point));
  if (!ran.point || interrupted()) return environment_error("interrupted");
  provenance_ = runner_.provenance(point);
  CapacityTrial trial;
  trial.point = *std::move(ran.point);
  trial.shape = shape_of_point(trial.point);
  trial.replications = replications;
  trial.verdict = objectives_.judge(trial.point);
  return trial;
}

}  // namespace daris
