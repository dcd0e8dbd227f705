#include "policy/shared_queue_policy.h"

#include <algorithm>
#include <optional>

namespace daris {

SharedQueuePolicy::SharedQueuePolicy(const PolicySetup& setup, SharedQueueOrder order)
    : order_(order),
      sheds_(setup.switches.shed),
      estimates_(setup),
      slots_(setup.contexts, setup.streams),
      jobs_(setup) {
  for (const TaskSetup& task : setup.tasks) inputs_.push_back(task.inputs);
  launches_.reserve(std::size_t{setup.contexts} * setup.streams);
}

void SharedQueuePolicy::on_stage_finished(const StageFinished& finished) {
  if (slots_.is_lost(slots_.context_of(finished.slot))) return;
  const JobIndex index = slots_.release(finished.slot);
  estimates_.record(jobs_[index].id.task, jobs_[index].stage, finished.execution);
  jobs_.remove(index);
}

void SharedQueuePolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < inputs_.size());
  if (slots_.contexts_left() == 0) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  const JobIndex index = jobs_.add(released.job, released.nominal_release, estimates_);
  decisions().emplace_back(AdmitJob{released.job, ContextId(0)});
  // With one stage, the virtual deadline is the deadline.
  const Time time =
      order_ == SharedQueueOrder::kRelease ? released.nominal_release : jobs_.virtual_deadline(index);
  ready_.push({0, time.ns(), ready_key_job(released.job)}, index);
}

void SharedQueuePolicy::on_launch_failed(const LaunchFailed& failed) {
  if (slots_.is_lost(slots_.context_of(failed.slot))) return;
  const JobIndex index = slots_.release(failed.slot);
  decisions().emplace_back(DropJob{jobs_[index].id, DropReason::kLaunchFailed});
  jobs_.remove(index);
}

void SharedQueuePolicy::lose_contexts(std::span<const Event> losses) {
  std::vector<JobIndex> dropped;
  for (const Event& event : losses) {
    const ContextId context = std::get<ContextLost>(event).context;
    if (!slots_.is_lost(context)) slots_.lose(context, [&](JobIndex job) { dropped.push_back(job); });
  }
  if (slots_.contexts_left() == 0)
    while (!ready_.empty()) dropped.push_back(ready_.pop().job);
  std::sort(dropped.begin(), dropped.end(),
            [&](JobIndex a, JobIndex b) { return jobs_[a].id < jobs_[b].id; });
  for (const JobIndex job : dropped) {
    decisions().emplace_back(DropJob{jobs_[job].id, DropReason::kContextLost});
    jobs_.remove(job);
  }
}

bool SharedQueuePolicy::is_hopeless(JobIndex job) const {
  const TaskId task = jobs_[job].id.task;
  return now() + estimates_.sum_within(task, jobs_.relative_deadline(task)) > jobs_.deadline(job);
}

// Nothing that a launch changes decides whether a job is late. So all drops come before the first launch.
void SharedQueuePolicy::dispatch() {
  launches_.clear();
  while (!ready_.empty()) {
    const std::optional<ContextId> context = slots_.freest_context();
    if (!context) break;
    const JobIndex index = ready_.pop().job;
    const JobId& id = jobs_[index].id;
    if (sheds_ && is_hopeless(index)) {
      decisions().emplace_back(DropJob{id, DropReason::kCertainlyLate});
      jobs_.remove(index);
    } else {
      const SlotId slot = slots_.occupy(*context, index);
      launches_.push_back({slot, StageIndex(0), inputs_[id.task.at()], {&id, 1}});
    }
  }
  decisions().insert(decisions().end(), launches_.begin(), launches_.end());
}

}  // namespace daris
