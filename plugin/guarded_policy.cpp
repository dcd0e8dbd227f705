#include "plugin/guarded_policy.h"

#include <algorithm>
#include <utility>

namespace daris {
namespace {

bool are_homes(std::span<const ContextId> homes, const PolicySetup& setup) {
  const auto exists = [&](ContextId context) { return context.at() < setup.contexts; };
  return homes.empty() ||
         (homes.size() == setup.tasks.size() && std::all_of(homes.begin(), homes.end(), exists));
}

bool are_estimates(std::span<const Duration> estimates, const TaskSetup& task) {
  const auto lasts = [](Duration time) { return time > Duration(); };
  return estimates.size() == task.stage_estimates.size() &&
         std::all_of(estimates.begin(), estimates.end(), lasts);
}

}  // namespace

GuardedPolicy::GuardedPolicy(std::string file, const PolicySetup& setup, std::unique_ptr<Policy> policy)
    : file_(std::move(file)), setup_(setup), policy_(std::move(policy)), rules_(setup_) {}

std::span<const Decision> GuardedPolicy::step(Time now, std::span<const Event> events) {
  if (failure_) return {};
  rules_.begin_step(events);
  const std::span<const Decision> decisions = policy_->step(now, events);
  if (policy_->failure() != nullptr) {
    fail(now, policy_->failure());
    return {};
  }
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (const std::optional<BrokenRule> broken = rules_.take(now, decisions[i])) {
      fail(now, broken->what);
      return decisions.first(i);
    }
  }
  if (const std::optional<BrokenRule> broken = rules_.end_step()) fail(now, broken->what);
  return decisions;
}

// An executor reads the answers while it carries out the step. So wrong ones are replaced here, and what is
// wrong with them is told by `daris check-policy`.
std::span<const Duration> GuardedPolicy::estimates(TaskId task) const {
  const TaskSetup& setup = setup_.tasks[task.at()];
  const std::span<const Duration> given = policy_->estimates(task);
  return are_estimates(given, setup) ? given : setup.stage_estimates;
}

std::optional<Duration> GuardedPolicy::batch_estimate(std::uint32_t group, std::size_t size,
                                                      StageIndex stage) const {
  const std::optional<Duration> given = policy_->batch_estimate(group, size, stage);
  return given && *given > Duration() ? given : std::nullopt;
}

std::span<const ContextId> GuardedPolicy::homes() const {
  const std::span<const ContextId> given = policy_->homes();
  return are_homes(given, setup_) ? given : std::span<const ContextId>();
}

void GuardedPolicy::fail(Time now, const std::string& what) {
  failure_ = file_ + ": at " + std::to_string(now.ns()) + " ns: " + what + "; see `daris check-policy`";
}

std::optional<std::string> wrong_answers(const Policy& policy, const PolicySetup& setup) {
  if (!are_homes(policy.homes(), setup))
    return "homes are " + std::to_string(policy.homes().size()) +
           " contexts; none, or one that exists for each task, is needed";
  for (std::uint32_t task = 0; task < setup.tasks.size(); ++task) {
    if (!are_estimates(policy.estimates(TaskId(task)), setup.tasks[task]))
      return "estimates of task " + std::to_string(task) + ": one above 0 for each stage is needed";
  }
  return std::nullopt;
}

}  // namespace daris
