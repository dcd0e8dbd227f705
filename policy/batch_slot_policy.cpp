#include "policy/batch_slot_policy.h"

#include <algorithm>

namespace daris {
namespace {

// The largest size up to B that takes at most two thirds of the group's shortest deadline, or the smallest.
std::uint32_t own_limit(const PolicySetup& setup, std::size_t index) {
  const BatchGroupSetup& group = setup.batch_groups[index];
  std::uint32_t limit = group.times.front().inputs;
  for (const BatchTime& time : group.times) {
    const auto is_short = [&](const TaskSetup& task) {
      return task.batch_group != index || 3 * time.execution.ns() <= 2 * task.relative_deadline.ns();
    };
    if (time.inputs <= group.batch_limit && std::all_of(setup.tasks.begin(), setup.tasks.end(), is_short))
      limit = time.inputs;
  }
  return limit;
}

}  // namespace

BatchSlotPolicy::BatchSlotPolicy(const PolicySetup& setup, QueueOrder order, LastStart last_start,
                                 BatchOf batch_of)
    : order_(order),
      streams_(setup.streams),
      tasks_(setup.tasks),
      running_batches_(setup.batch_groups.size(), 0),
      slots_(setup.contexts, setup.streams),
      running_(std::size_t{setup.contexts} * setup.streams) {
  for (std::size_t group = 0; group < setup.batch_groups.size(); ++group)
    queues_.emplace_back(setup.batch_groups[group], own_limit(setup, group), last_start, batch_of);
}

void BatchSlotPolicy::on_stage_finished(const StageFinished& finished) {
  if (slots_.is_lost(slots_.context_of(finished.slot))) return;
  const Running& running = running_[finished.slot.at()];
  on_batch_finished(running.group, running.size, now() - running.launched);
  end_batch(finished.slot);
}

void BatchSlotPolicy::on_launch_failed(const LaunchFailed& failed) {
  if (slots_.is_lost(slots_.context_of(failed.slot))) return;
  drop_by_id(running_[failed.slot.at()].jobs, DropReason::kLaunchFailed);
  end_batch(failed.slot);
}

void BatchSlotPolicy::end_batch(SlotId slot) {
  (void)slots_.release(slot);
  --running_batches_[running_[slot.at()].group];
  running_[slot.at()].jobs.clear();
}

void BatchSlotPolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < tasks_.size());
  if (slots_.contexts_left() == 0) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  const TaskSetup& task = tasks_[released.job.task.at()];
  on_release(task.batch_group);
  BatchQueue& queue = queues_[task.batch_group];
  WaitingJob job;
  job.id = released.job;
  job.inputs = task.inputs;
  job.deadline = released.nominal_release + task.relative_deadline;
  if (now() > queue.last_start(job)) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kCertainlyLate});
    return;
  }
  job.urgency = order_ == QueueOrder::kDeadline
                    ? ReadyKey{0, job.deadline.ns(), ready_key_job(job.id)}
                    : ReadyKey{task.level, released.nominal_release.ns(), ready_key_job(job.id)};
  decisions().emplace_back(AdmitJob{released.job, ContextId(0)});
  queue.add(job);
}

void BatchSlotPolicy::lose_contexts(std::span<const Event> losses) {
  for (const Event& event : losses) {
    const ContextId context = std::get<ContextLost>(event).context;
    if (slots_.is_lost(context)) continue;
    slots_.lose(context, [](JobIndex) {});
    for (std::size_t slot = context.at() * streams_; slot < (context.at() + 1) * streams_; ++slot) {
      Running& running = running_[slot];
      if (running.jobs.empty()) continue;
      dropped_.insert(dropped_.end(), running.jobs.begin(), running.jobs.end());
      running.jobs.clear();
      --running_batches_[running.group];
    }
  }
  for (BatchQueue& queue : queues_) {
    if (slots_.contexts_left() == 0) queue.take_all(dropped_);
  }
  drop_by_id(dropped_, DropReason::kContextLost);
}

void BatchSlotPolicy::drop_hopeless() {
  hopeless_.clear();
  for (BatchQueue& queue : queues_) queue.take_hopeless(now(), hopeless_);
  for (const WaitingJob& job : hopeless_) dropped_.push_back(job.id);
  drop_by_id(dropped_, DropReason::kCertainlyLate);
}

void BatchSlotPolicy::drop_by_id(std::vector<JobId>& jobs, DropReason reason) {
  std::sort(jobs.begin(), jobs.end());
  for (const JobId job : jobs) decisions().emplace_back(DropJob{job, reason});
  jobs.clear();
}

void BatchSlotPolicy::launch(std::size_t group, const BatchPlan& plan) {
  const SlotId slot = slots_.occupy(*slots_.freest_context(), JobIndex());
  Running& running = running_[slot.at()];
  running.group = group;
  running.size = plan.size;
  running.launched = now();
  queues_[group].take(plan, running.jobs);
  ++running_batches_[group];
  decisions().emplace_back(LaunchStage{slot, StageIndex(0), running.size, running.jobs});
}

void BatchSlotPolicy::set_timer(Time at) {
  if (at == timer_) return;
  timer_ = at;
  decisions().emplace_back(SetTimer{TimerId(0), at});
}

}  // namespace daris
