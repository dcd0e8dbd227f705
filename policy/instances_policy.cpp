#include "policy/instances_policy.h"

#include <algorithm>
#include <tuple>

namespace daris {
namespace {

// Tells whether the first job of `a` goes before that of `b`.
bool goes_before(const BatchQueue& a, const BatchQueue& b) {
  const auto key = [](const BatchQueue& queue) {
    const WaitingJob& head = queue.head();
    return std::make_tuple(head.urgency.level_and_class, queue.last_start(head), head.id);
  };
  return key(a) < key(b);
}

}  // namespace

InstancesPolicy::InstancesPolicy(const PolicySetup& setup, BatchOf batch_of)
    : BatchSlotPolicy(setup, QueueOrder::kLevelAndRelease, LastStart::kFullBatch, batch_of),
      instances_(setup.switches.instances == kInstancesAll ? setup.contexts * setup.streams
                                                           : setup.switches.instances),
      queue_delay_(setup.switches.queue_delay) {}

Time InstancesPolicy::due(const BatchQueue& queue) const {
  return std::min(Time::from_ns(queue.earliest_time_ns()) + queue_delay_, queue.earliest_last_start());
}

void InstancesPolicy::dispatch() {
  drop_hopeless();
  while (has_free_slot() && launch_one()) {
  }
  Time next = Time::never();
  for (std::size_t group = 0; has_free_slot() && group < queues().size(); ++group) {
    const BatchQueue& queue = queues()[group];
    if (!queue.empty() && has_idle_instance(group)) next = std::min(next, due(queue));
  }
  set_timer(next);
}

bool InstancesPolicy::launch_one() {
  std::optional<std::size_t> first;
  for (std::size_t group = 0; group < queues().size(); ++group) {
    BatchQueue& queue = queues()[group];
    if (queue.empty() || !has_idle_instance(group)) continue;
    if (first && !goes_before(queue, queues()[*first])) continue;
    if (due(queue) <= now() || queue.first_jobs().full) first = group;
  }
  if (first) launch(*first, queues()[*first].first_jobs());
  return first.has_value();
}

}  // namespace daris
