#include "policy/batching_policy.h"

#include <algorithm>
#include <tuple>

#include "policy/step_contract.h"

namespace daris {

BatchingPolicy::BatchingPolicy(const PolicySetup& setup, bool single)
    : waits_(setup.switches.wait == BatchWait::kLatest), tasks_(setup.tasks), now_(Time::earliest()) {
  for (const BatchGroupSetup& group : setup.batch_groups)
    queues_.emplace_back(group, single ? 1 : group.batch_limit);
}

std::span<const Decision> BatchingPolicy::step(Time now, std::span<const Event> events) {
  check_step(now_, now, events);
  now_ = now;
  decisions_.clear();
  for (const Event& event : events) handle(event);
  if (running_.empty() && !lost_) dispatch();
  return decisions_;
}

void BatchingPolicy::handle(const Event& event) {
  if (const auto* released = std::get_if<JobReleased>(&event)) return on_job_released(*released);
  if (std::holds_alternative<TimerFired>(event)) timer_ = Time::never();
  if (lost_) return;
  if (std::holds_alternative<StageFinished>(event)) return on_stage_finished();
  if (std::holds_alternative<LaunchFailed>(event)) return on_launch_failed();
  if (std::holds_alternative<ContextLost>(event)) return on_context_lost();
}

void BatchingPolicy::on_context_lost() {
  lost_ = true;
  for (BatchQueue& queue : queues_) queue.take_all(running_);
  drop_by_id(running_, DropReason::kContextLost);
  set_timer(Time::never());
}

void BatchingPolicy::on_launch_failed() {
  DARIS_CHECK(!running_.empty());
  drop_by_id(running_, DropReason::kLaunchFailed);
}

void BatchingPolicy::on_stage_finished() {
  DARIS_CHECK(!running_.empty());
  running_.clear();
}

void BatchingPolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < tasks_.size());
  if (lost_) {
    decisions_.emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  const TaskSetup& task = tasks_[released.job.task.at()];
  BatchQueue& queue = queues_[task.batch_group];
  const Time deadline = released.nominal_release + task.relative_deadline;
  const Time earliest_start = running_.empty() ? now_ : std::max(now_, expected_end_);
  if (earliest_start + queue.time_for(task.inputs) > deadline) {
    decisions_.emplace_back(RejectJob{released.job, RejectReason::kCertainlyLate});
    return;
  }
  decisions_.emplace_back(AdmitJob{released.job, ContextId(0)});
  queue.add({{task.level, deadline.ns(), ready_key_job(released.job)}, released.job, task.inputs, deadline});
}

void BatchingPolicy::drop_hopeless() {
  hopeless_.clear();
  for (BatchQueue& queue : queues_) queue.take_hopeless(now_, hopeless_);
  std::sort(hopeless_.begin(), hopeless_.end(), [](const WaitingJob& a, const WaitingJob& b) {
    if (a.urgency.level_and_class != b.urgency.level_and_class)
      return a.urgency.level_and_class > b.urgency.level_and_class;
    return a.urgency < b.urgency;
  });
  for (const WaitingJob& job : hopeless_)
    decisions_.emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
}

void BatchingPolicy::drop_by_id(std::vector<JobId>& jobs, DropReason reason) {
  std::sort(jobs.begin(), jobs.end());
  for (const JobId job : jobs) decisions_.emplace_back(DropJob{job, reason});
  jobs.clear();
}

void BatchingPolicy::dispatch() {
  drop_hopeless();
  BatchQueue* const queue = most_urgent_queue();
  if (queue == nullptr) return set_timer(Time::never());
  const BatchPlan& plan = queue->plan(now_);
  if (waits_ && !plan.full) {
    const Time latest = latest_start(*queue, plan);
    if (latest > now_) return set_timer(latest);
  }
  launch(*queue, plan);
}

BatchQueue* BatchingPolicy::most_urgent_queue() {
  BatchQueue* first = nullptr;
  for (BatchQueue& queue : queues_) {
    if (queue.empty()) continue;
    if (first == nullptr || queue.head().urgency < first->head().urgency) first = &queue;
  }
  return first;
}

Time BatchingPolicy::latest_start(const BatchQueue& queue, const BatchPlan& plan) const {
  Time latest_end = plan.first_deadline;
  for (const BatchQueue& other : queues_) {
    if (&other == &queue || other.empty()) continue;
    latest_end = std::min(latest_end, other.head().deadline - other.time_for(other.head().inputs));
  }
  return latest_end - queue.time_of_full_batch();
}

void BatchingPolicy::launch(BatchQueue& queue, const BatchPlan& plan) {
  const std::uint32_t size = plan.size;
  expected_end_ = now_ + plan.execution;
  queue.take(plan, running_);
  decisions_.emplace_back(LaunchStage{SlotId(0), StageIndex(0), size, running_});
  set_timer(Time::never());
}

void BatchingPolicy::set_timer(Time at) {
  if (at == timer_) return;
  timer_ = at;
  decisions_.emplace_back(SetTimer{TimerId(0), at});
}

}  // namespace daris
