#include "policy/daris_policy.h"

#include <algorithm>

#include "policy/placement.h"

namespace daris {

DarisPolicy::DarisPolicy(const PolicySetup& setup)
    : sheds_(setup.switches.shed),
      tasks_by_level_(tasks_by_level(setup)),
      estimates_(setup),
      loads_(setup),
      admission_(setup),
      order_(setup.switches),
      slots_(setup.contexts, setup.streams),
      contexts_(setup),
      jobs_(setup),
      ready_(setup.contexts),
      is_awake_(setup.contexts, false) {
  for (std::uint32_t t = 0; t < setup.tasks.size(); ++t) {
    tasks_.push_back({setup.tasks[t].level, setup.tasks[t].inputs});
    loads_.set_work(TaskId(t), estimates_.sum(TaskId(t)));
  }
  place_tasks(tasks_by_level_, slots_, contexts_, loads_);
  awake_.reserve(setup.contexts);
  launches_.reserve(std::size_t{setup.contexts} * setup.streams);
}

void DarisPolicy::on_stage_finished(const StageFinished& finished) {
  if (slots_.is_lost(slots_.context_of(finished.slot))) return;
  const JobIndex index = slots_.release(finished.slot);
  wake(slots_.context_of(finished.slot));
  Job& job = jobs_[index];
  const TaskId task = job.id.task;
  if (estimates_.record(task, job.stage, finished.execution)) loads_.set_work(task, estimates_.sum(task));
  if (job.stage.value() + 1 == job.stages) return leave_system(index);
  const bool late = now() > jobs_.virtual_deadline(index);
  job.stage = StageIndex(job.stage.value() + 1);
  make_ready(index, late);
}

void DarisPolicy::on_job_released(const JobReleased& released) {
  const TaskId task = released.job.task;
  DARIS_CHECK(task.at() < tasks_.size());
  if (is_shut_out(task)) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  if (!find_room(task)) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kUtilization});
    return;
  }
  const JobIndex index = jobs_.add(released.job, released.nominal_release, estimates_);
  const ContextId home = loads_.homes()[task.at()];
  jobs_[index].context = home;
  loads_.add_job(task, home);
  decisions().emplace_back(AdmitJob{released.job, home});
  make_ready(index, false);
}

void DarisPolicy::on_launch_failed(const LaunchFailed& failed) {
  if (slots_.is_lost(slots_.context_of(failed.slot))) return;
  const JobIndex index = slots_.release(failed.slot);
  wake(slots_.context_of(failed.slot));
  decisions().emplace_back(DropJob{jobs_[index].id, DropReason::kLaunchFailed});
  leave_system(index);
}

bool DarisPolicy::find_room(TaskId task) {
  if (admission_.always_admits(task)) return true;
  if (admission_.has_room(loads_, loads_.homes()[task.at()], task)) return true;
  const std::optional<ContextId> target = admission_.migration_target(loads_, slots_, contexts_, task);
  if (target) move_home(task, *target);
  return target.has_value();
}

void DarisPolicy::move_home(TaskId task, ContextId to) {
  decisions().emplace_back(MigrateTask{task, loads_.homes()[task.at()], to});
  loads_.set_home(task, to);
}

void DarisPolicy::lose_contexts(std::span<const Event> losses) {
  std::vector<JobIndex> dropped;
  std::vector<ReadyQueue::Entry> waiting;
  for (const Event& event : losses) {
    const ContextId context = std::get<ContextLost>(event).context;
    if (slots_.is_lost(context)) continue;
    contexts_.lose(context);
    slots_.lose(context, [&](JobIndex job) { dropped.push_back(job); });
    while (!ready_[context.at()].empty()) waiting.push_back(ready_[context.at()].pop());
  }
  const auto stays = [&](const ReadyQueue::Entry& entry) {
    return !is_shut_out(jobs_[entry.job].id.task) && !jobs_[entry.job].started;
  };
  const auto gone = std::stable_partition(waiting.begin(), waiting.end(), stays);
  for (auto entry = gone; entry != waiting.end(); ++entry) dropped.push_back(entry->job);
  waiting.erase(gone, waiting.end());
  drop_all(dropped, DropReason::kContextLost);
  place_homeless();
  for (const ReadyQueue::Entry& entry : waiting) {
    Job& job = jobs_[entry.job];
    loads_.remove_job(job.id.task, job.context);
    job.context = loads_.homes()[job.id.task.at()];
    loads_.add_job(job.id.task, job.context);
    ready_[job.context.at()].push(entry.key, entry.job);
    wake(job.context);
  }
}

void DarisPolicy::drop_all(std::vector<JobIndex>& jobs, DropReason reason) {
  std::sort(jobs.begin(), jobs.end(), [&](JobIndex a, JobIndex b) { return jobs_[a].id < jobs_[b].id; });
  for (const JobIndex job : jobs) {
    decisions().emplace_back(DropJob{jobs_[job].id, reason});
    leave_system(job);
  }
}

void DarisPolicy::place_homeless() {
  std::vector<TaskId> homeless;
  std::vector<ContextId> from;
  for (const TaskId task : tasks_by_level_) {
    const ContextId home = loads_.homes()[task.at()];
    if (!slots_.is_lost(home) || is_shut_out(task)) continue;
    homeless.push_back(task);
    from.push_back(home);
    loads_.leave_home(task);
  }
  place_tasks(homeless, slots_, contexts_, loads_);
  for (std::size_t i = 0; i < homeless.size(); ++i)
    decisions().emplace_back(MigrateTask{homeless[i], from[i], loads_.homes()[homeless[i].at()]});
}

void DarisPolicy::make_ready(JobIndex index, bool late) {
  const Job& job = jobs_[index];
  const bool last = job.stage.value() + 1 == job.stages;
  const ReadyStage stage{job.id, tasks_[job.id.task.at()].level, last, late, jobs_.virtual_deadline(index)};
  ready_[job.context.at()].push(order_.key(stage), index);
  wake(job.context);
}

void DarisPolicy::wake(ContextId context) {
  if (is_awake_[context.at()]) return;
  is_awake_[context.at()] = true;
  awake_.push_back(context);
}

void DarisPolicy::leave_system(JobIndex index) {
  const Job& job = jobs_[index];
  loads_.remove_job(job.id.task, job.context);
  jobs_.remove(index);
}

bool DarisPolicy::is_hopeless(JobIndex job) const {
  const TaskId task = jobs_[job].id.task;
  return now() + estimates_.sum_within(task, jobs_.relative_deadline(task)) > jobs_.deadline(job);
}

// Nothing that a launch changes decides whether a job is late. So all drops come before the first launch.
// Contexts that sleep have no free slot, or nothing ready.
void DarisPolicy::dispatch() {
  launches_.clear();
  if (awake_.size() > 1) std::sort(awake_.begin(), awake_.end());
  for (const ContextId context : awake_) {
    is_awake_[context.at()] = false;
    ReadyQueue& ready = ready_[context.at()];
    while (!ready.empty() && slots_.free_slots(context) > 0) {
      const JobIndex index = ready.pop().job;
      Job& job = jobs_[index];
      if (sheds_ && is_hopeless(index)) {
        decisions().emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
        leave_system(index);
        continue;
      }
      job.started = true;
      const SlotId slot = slots_.occupy(context, index);
      launches_.push_back({slot, job.stage, tasks_[job.id.task.at()].inputs, {&job.id, 1}});
    }
  }
  awake_.clear();
  decisions().insert(decisions().end(), launches_.begin(), launches_.end());
}

}  // namespace daris
