#include "policy/scripted_policy.h"

#include <algorithm>

namespace daris {
namespace {

// Orders a heap whose top is the earliest drop.
constexpr auto kLater = [](const auto& a, const auto& b) {
  return a.due != b.due ? a.due > b.due : a.job > b.job;
};

}  // namespace

ScriptedPolicy::ScriptedPolicy(const PolicySetup& setup)
    : schedule_(setup.schedule),
      timed_(setup.switches.pace == Pace::kTime),
      streams_(setup.streams),
      estimates_(setup),
      numbers_(schedule_->jobs, setup.tasks.size()),
      jobs_(schedule_->jobs.size()),
      slots_(std::size_t{setup.contexts} * setup.streams),
      lost_(setup.contexts, false) {
  for (const TaskSetup& task : setup.tasks) {
    inputs_.push_back(task.inputs);
    stages_.push_back(static_cast<std::uint32_t>(task.stage_estimates.size()));
  }
  std::size_t jobs_max = 0;
  for (std::uint32_t i = 0; i < schedule_->launches.size(); ++i) {
    const ScheduledLaunch& launch = schedule_->launches[i];
    slots_[launch.slot.at()].launches.push_back(i);
    for (const JobId id : jobs_of(*schedule_, launch)) ++jobs_[number_of(id)].launches_left;
    jobs_max = std::max<std::size_t>(jobs_max, launch.jobs);
  }
  for (Slot& slot : slots_) slot.running.reserve(jobs_max);
}

void ScriptedPolicy::on_stage_finished(const StageFinished& finished) {
  if (is_lost(finished.slot)) return;
  Slot& slot = slots_[finished.slot.at()];
  DARIS_CHECK(!slot.running.empty());
  const TaskId first = slot.running.front().task;
  // The time of a batch of another size says nothing about the task's own.
  if (slot.launch->batch == inputs_[first.at()])
    estimates_.record(first, slot.launch->stage, finished.execution);
  for (const JobId id : slot.running) {
    const std::uint32_t number = number_of(id);
    Job& job = jobs_[number];
    job.state = ++job.stage == stages_[id.task.at()] ? State::kEnded : State::kWaiting;
    --job.launches_left;
    if (job.state == State::kEnded) continue;
    job.given_up ? drop(number, DropReason::kContextLost) : await_drop(number);
  }
  slot.running.clear();
}

void ScriptedPolicy::on_launch_failed(const LaunchFailed& failed) {
  if (is_lost(failed.slot)) return;
  std::vector<JobId>& jobs = slots_[failed.slot.at()].running;
  DARIS_CHECK(!jobs.empty());
  std::sort(jobs.begin(), jobs.end());
  for (const JobId id : jobs) drop(number_of(id), DropReason::kLaunchFailed);
  jobs.clear();
}

void ScriptedPolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < inputs_.size());
  const std::optional<std::uint32_t> number = numbers_.find(released.job);
  const std::optional<RejectReason> rejected = verdict(number);
  if (rejected) {
    if (number) jobs_[*number].state = State::kEnded;
    decisions().emplace_back(RejectJob{released.job, *rejected});
    return;
  }
  jobs_[*number].state = State::kWaiting;
  decisions().emplace_back(AdmitJob{released.job, schedule_->jobs[*number].context});
  await_drop(*number);
}

std::optional<RejectReason> ScriptedPolicy::verdict(std::optional<std::uint32_t> number) const {
  if (!number) return RejectReason::kNotScheduled;
  const ScheduledJob& scheduled = schedule_->jobs[*number];
  if (scheduled.rejected) return scheduled.rejected;
  if (jobs_[*number].given_up || lost_[scheduled.context.at()]) return RejectReason::kNoContext;
  return std::nullopt;
}

void ScriptedPolicy::lose_contexts(std::span<const Event> losses) {
  for (const Event& event : losses) {
    const ContextId context = std::get<ContextLost>(event).context;
    if (!lost_[context.at()]) lose(context);
  }
  if (std::find(lost_.begin(), lost_.end(), false) == lost_.end()) {
    for (Job& job : jobs_) job.given_up = true;
  }
  drop_given_up();
}

void ScriptedPolicy::lose(ContextId context) {
  lost_[context.at()] = true;
  for (std::size_t s = context.at() * streams_; s < (context.at() + 1) * streams_; ++s) {
    Slot& slot = slots_[s];
    for (const JobId id : slot.running) {
      Job& job = jobs_[number_of(id)];
      job.state = State::kWaiting;
      job.given_up = true;
    }
    slot.running.clear();
    for (std::size_t i = slot.next; i < slot.launches.size(); ++i) {
      for (const JobId id : jobs_of(*schedule_, schedule_->launches[slot.launches[i]]))
        jobs_[number_of(id)].given_up = true;
    }
  }
}

void ScriptedPolicy::drop_given_up() {
  std::vector<JobId> dropped;
  for (std::size_t number = 0; number < jobs_.size(); ++number) {
    if (jobs_[number].given_up && jobs_[number].state == State::kWaiting)
      dropped.push_back(schedule_->jobs[number].id);
  }
  std::sort(dropped.begin(), dropped.end());
  for (const JobId id : dropped) drop(number_of(id), DropReason::kContextLost);
}

void ScriptedPolicy::drop(std::uint32_t job, DropReason reason) {
  jobs_[job].state = State::kEnded;
  decisions().emplace_back(DropJob{schedule_->jobs[job].id, reason});
}

void ScriptedPolicy::await_drop(std::uint32_t job) {
  const std::optional<ScheduledDrop>& scheduled = schedule_->jobs[job].drop;
  if (!scheduled || jobs_[job].launches_left > 0) return;
  drops_.push_back({due(scheduled->at), job});
  std::push_heap(drops_.begin(), drops_.end(), kLater);
}

void ScriptedPolicy::give_due_drops() {
  while (!drops_.empty() && drops_.front().due <= now()) {
    const std::uint32_t job = drops_.front().job;
    std::pop_heap(drops_.begin(), drops_.end(), kLater);
    drops_.pop_back();
    // The job may have been given up meanwhile.
    if (jobs_[job].state == State::kWaiting) drop(job, schedule_->jobs[job].drop->reason);
  }
}

void ScriptedPolicy::dispatch() {
  give_due_drops();
  start_ready_launches();
}

void ScriptedPolicy::start_ready_launches() {
  Time wake = drops_.empty() ? Time::never() : drops_.front().due;
  for (std::uint32_t s = 0; s < slots_.size(); ++s) {
    Slot& slot = slots_[s];
    if (!slot.running.empty() || is_lost(SlotId(s))) continue;
    const ScheduledLaunch* const next = next_launch(slot);
    if (next == nullptr || !is_ready(*next)) continue;
    if (due(next->at) > now()) {
      wake = std::min(wake, next->at);
    } else {
      launch(slot, *next);
    }
  }
  set_timer(wake);
}

const ScheduledLaunch* ScriptedPolicy::next_launch(Slot& slot) {
  for (; slot.next < slot.launches.size(); ++slot.next) {
    const ScheduledLaunch& launch = schedule_->launches[slot.launches[slot.next]];
    for (const JobId id : jobs_of(*schedule_, launch)) {
      if (!has_ended(id)) return &launch;
    }
  }
  return nullptr;
}

// Tells whether the job has ended, or will never begin.
bool ScriptedPolicy::has_ended(JobId id) const {
  const Job& job = jobs_[number_of(id)];
  return job.state == State::kEnded || (job.state == State::kUnreleased && job.given_up);
}

bool ScriptedPolicy::is_ready(const ScheduledLaunch& launch) const {
  for (const JobId id : jobs_of(*schedule_, launch)) {
    const Job& job = jobs_[number_of(id)];
    const bool ready = job.state == State::kWaiting && job.stage == launch.stage.value();
    if (!ready && !has_ended(id)) return false;
  }
  return true;
}

void ScriptedPolicy::launch(Slot& slot, const ScheduledLaunch& launch) {
  for (const JobId id : jobs_of(*schedule_, launch)) {
    if (has_ended(id)) continue;
    jobs_[number_of(id)].state = State::kRunning;
    slot.running.push_back(id);
  }
  slot.launch = &launch;
  ++slot.next;
  decisions().emplace_back(LaunchStage{launch.slot, launch.stage, launch.batch, slot.running});
}

void ScriptedPolicy::set_timer(Time at) {
  if (at == timer_) return;
  timer_ = at;
  decisions().emplace_back(SetTimer{TimerId(0), at});
}

}  // namespace daris
