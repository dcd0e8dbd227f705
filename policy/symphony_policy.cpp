#include "policy/symphony_policy.h"

#include <algorithm>

namespace daris {

SymphonyPolicy::SymphonyPolicy(const PolicySetup& setup)
    : BatchSlotPolicy(setup, QueueOrder::kDeadline, LastStart::kSmallestBatch),
      costs_(batch_costs(setup, false)) {}

std::span<const Duration> SymphonyPolicy::estimates(TaskId task) const {
  const BatchCosts& costs = costs_[group_of(task)];
  return costs.stage_estimates(costs.size_for(inputs_of(task)));
}

void SymphonyPolicy::on_release(std::size_t group) {
  if (costs_[group].forget_if_stale(now())) set_times(group);
}

void SymphonyPolicy::on_batch_finished(std::size_t group, std::uint32_t size, Duration ran) {
  BatchCosts& costs = costs_[group];
  costs.record(now(), costs.size_for(size), size, ran);
  set_times(group);
}

void SymphonyPolicy::set_times(std::size_t group) {
  const BatchCosts& costs = costs_[group];
  for (std::size_t each = 0; each < costs.sizes(); ++each)
    queues()[group].set_time(each, costs.will_take(each));
}

void SymphonyPolicy::dispatch() {
  drop_hopeless();
  std::optional<Time> next;
  while (has_free_slot() && !next) next = launch_one();
  set_timer(next.value_or(Time::never()));
}

std::optional<Time> SymphonyPolicy::launch_one() {
  std::optional<std::size_t> first;
  Time first_latest;
  Time next = Time::never();
  for (std::size_t group = 0; group < queues().size(); ++group) {
    BatchQueue& queue = queues()[group];
    if (queue.empty()) continue;
    const BatchPlan& plan = queue.candidate(now());
    const Time latest = plan.first_deadline - plan.execution;
    const Time opens =
        std::min({latest, plan.first_deadline - queue.time_above(plan.size), queue.earliest_last_start()});
    if (!plan.full && opens > now()) {
      next = std::min(next, opens);
    } else if (!first || latest < first_latest) {
      first = group;
      first_latest = latest;
    }
  }
  if (!first) return next;
  launch(*first, queues()[*first].candidate(now()));
  return std::nullopt;
}

}  // namespace daris
