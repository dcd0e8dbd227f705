#include "drive/injection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace daris {
namespace {

constexpr double kEstimateMaxNs = 0x1p40 - 1;  // what policy/setup.h requires of durations

Status check_context(const Injection& injection, ContextId context, std::uint32_t contexts) {
  if (context.value() < contexts) return {};
  return Error{fmt::format("{}: disturbs context {}; the run has {}, and they are numbered from 0",
                           injection.name, context.value(), contexts)};
}

Status check_model(const Injection& injection, const std::string& model, const TaskSet& set) {
  const auto has_model = [&](const TaskGroup& group) { return group.model == model; };
  if (std::any_of(set.groups.begin(), set.groups.end(), has_model)) return {};
  return Error{fmt::format("{}: has estimates of model \"{}\", which no task of task set \"{}\" runs",
                           injection.name, model, set.name)};
}

double factor_of(const Injection& injection, const std::string& model) {
  double factor = 1;
  for (const WrongEstimates& wrong : injection.estimates) {
    const bool all = wrong.models.empty();
    if (all || std::find(wrong.models.begin(), wrong.models.end(), model) != wrong.models.end())
      factor *= wrong.factor;
  }
  return factor;
}

Duration scaled(Duration estimate, double factor) {
  const double ns = std::floor(static_cast<double>(estimate.ns()) * factor + 0.5);
  return Duration::from_ns(static_cast<std::int64_t>(std::clamp(ns, 1.0, kEstimateMaxNs)));
}

void scale(BatchTime& time, double factor) {
  if (time.stages.empty()) {
    time.execution = scaled(time.execution, factor);
    return;
  }
  time.execution = Duration();
  for (Duration& stage : time.stages) {
    stage = scaled(stage, factor);
    time.execution += stage;
  }
}

}  // namespace

Status check_injection(const Injection& injection, std::uint32_t contexts, const TaskSet& set) {
  for (const ContextLoss& loss : injection.losses) {
    DARIS_TRY(check_context(injection, loss.context, contexts));
  }
  for (const Slowdown& slowdown : injection.slowdowns) {
    if (slowdown.context) DARIS_TRY(check_context(injection, *slowdown.context, contexts));
  }
  for (const WrongEstimates& wrong : injection.estimates) {
    for (const std::string& model : wrong.models) DARIS_TRY(check_model(injection, model, set));
  }
  return {};
}

Injection before(const Injection& injection, Time end) {
  Injection left = injection;
  std::erase_if(left.losses, [end](const ContextLoss& loss) { return loss.at >= end; });
  std::erase_if(left.slowdowns, [end](const Slowdown& slowdown) { return slowdown.from >= end; });
  std::erase_if(left.late_releases, [end](const LateReleases& late) { return late.from >= end; });
  return left;
}

void misstate_estimates(const Injection& injection, const Workload& workload, PolicySetup& setup) {
  if (injection.estimates.empty()) return;
  std::vector<double> factor_of_group(setup.batch_groups.size(), 1);
  for (std::uint32_t index = 0; index < setup.tasks.size(); ++index) {
    TaskSetup& task = setup.tasks[index];
    const double factor = factor_of(injection, workload.group_of(TaskId(index)).model);
    for (Duration& stage : task.stage_estimates) stage = scaled(stage, factor);
    if (task.batch_group < factor_of_group.size()) factor_of_group[task.batch_group] = factor;
  }
  for (std::size_t group = 0; group < setup.batch_groups.size(); ++group) {
    for (BatchTime& time : setup.batch_groups[group].times) scale(time, factor_of_group[group]);
  }
}

double slowdown_factor(std::span<const Slowdown> slowdowns, Time now, ContextId context) {
  double factor = 1;
  for (const Slowdown& slowdown : slowdowns) {
    const bool here = !slowdown.context || *slowdown.context == context;
    if (here && slowdown.from <= now && now < slowdown.until) factor *= slowdown.factor;
  }
  return factor;
}

}  // namespace daris
