#include "policy/symphony_policy.h"

#include <algorithm>

namespace daris {

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
    const Time opens = std::min(latest, plan.first_deadline - queue.time_above(plan.size));
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
