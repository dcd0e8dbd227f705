#include "sim/closed_loop_policy.h"

#include <variant>

namespace daris {

ClosedLoopPolicy::ClosedLoopPolicy(const ClosedLoopSetup& setup, const PolicySetup& policy_setup,
                                   std::uint32_t warm_jobs, std::uint32_t measured_jobs)
    : setup_(setup),
      policy_setup_(policy_setup),
      warm_jobs_(warm_jobs),
      measured_jobs_(measured_jobs),
      next_ordinal_(policy_setup.tasks.size(), 0),
      running_(std::size_t{policy_setup.contexts} * policy_setup.streams),
      spans_(running_.size()) {
  for (const TaskSetup& task : policy_setup.tasks) sums_.emplace_back(task.stage_estimates.size());
}

std::span<const Decision> ClosedLoopPolicy::step(Time now, std::span<const Event> events) {
  decisions_.clear();
  for (const Event& event : events) {
    if (const auto* finished = std::get_if<StageFinished>(&event)) {
      finish_stage(*finished, now);
    } else if (const auto* timer = std::get_if<TimerFired>(&event)) {
      start_job(SlotId(timer->timer.value()));
    } else if (std::holds_alternative<JobReleased>(event) && started_jobs_ == 0) {
      spread_starts();
      break;
    }
  }
  return decisions_;
}

// Slot 0 at once, the others over one job's time.
void ClosedLoopPolicy::spread_starts() {
  Duration job;
  for (const Duration stage : policy_setup_.tasks.front().stage_estimates) job += stage;
  start_job(SlotId(0));
  const auto slots = static_cast<std::int64_t>(running_.size());
  for (std::int64_t slot = 1; slot < slots; ++slot) {
    decisions_.emplace_back(
        SetTimer{TimerId(static_cast<std::uint32_t>(slot)), Time::from_ns(1 + job.ns() * slot / slots)});
  }
}

void ClosedLoopPolicy::start_job(SlotId slot) {
  if (started_jobs_ == warm_jobs_ + measured_jobs_ + running_.size()) return;
  const auto tasks = static_cast<std::uint32_t>(policy_setup_.tasks.size());
  const TaskId task = setup_.slot_task.empty() ? TaskId(started_jobs_ % tasks) : setup_.slot_task[slot.at()];
  ++started_jobs_;
  running_[slot.at()] = {{next_ordinal_[task.at()]++, task}, 0};
  start_stage(slot);
}

void ClosedLoopPolicy::start_stage(SlotId slot) {
  const Running& running = running_[slot.at()];
  decisions_.emplace_back(LaunchStage{slot, StageIndex(running.stage),
                                      policy_setup_.tasks[running.job.task.at()].inputs, {&running.job, 1}});
}

void ClosedLoopPolicy::finish_stage(const StageFinished& finished, Time now) {
  Running& running = running_[finished.slot.at()];
  std::vector<Sum>& sums = sums_[running.job.task.at()];
  if (finished_jobs_ >= warm_jobs_ && finished_jobs_ < warm_jobs_ + measured_jobs_) {
    sums[running.stage].ns += static_cast<double>(finished.execution.ns());
    ++sums[running.stage].count;
  }
  if (++running.stage < sums.size()) return start_stage(finished.slot);
  finish_job(finished.slot, now);
  start_job(finished.slot);
}

void ClosedLoopPolicy::finish_job(SlotId slot, Time now) {
  ++finished_jobs_;
  if (finished_jobs_ < warm_jobs_ || finished_jobs_ > warm_jobs_ + measured_jobs_) return;
  SlotSpan& span = spans_[slot.at()];
  if (span.completions++ == 0) span.first = now;
  span.last = now;
}

std::span<const Duration> ClosedLoopPolicy::estimates(TaskId task) const {
  return policy_setup_.tasks[task.at()].stage_estimates;
}

ClosedLoopResult ClosedLoopPolicy::result() const {
  ClosedLoopResult result;
  for (const SlotSpan& span : spans_) {
    if (span.completions < 2) continue;
    result.jobs_per_s += (span.completions - 1) * 1e9 / static_cast<double>((span.last - span.first).ns());
  }
  for (const std::vector<Sum>& sums : sums_) {
    std::vector<double>& stages = result.stage_ns.emplace_back();
    for (const Sum& sum : sums) {
      if (sum.count > 0) stages.push_back(sum.ns / sum.count);
    }
  }
  return result;
}

}  // namespace daris
