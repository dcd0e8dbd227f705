#include "drive/closed_loop_policy.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/time.h"

namespace daris {

namespace {

constexpr std::uint32_t kWarmLapsPerSlot = 2;
constexpr std::uint32_t kMeasuredLapsPerSlotMin = 8;

std::uint32_t slots_of(const PolicySetup& setup, const ClosedLoopWork& work) {
  const std::uint32_t all = setup.contexts * setup.streams;
  return work.slots == 0 ? all : std::min(work.slots, all);
}

std::vector<TaskId> tasks_taken(const PolicySetup& setup, const ClosedLoopWork& work) {
  if (!work.tasks.empty()) return work.tasks;
  std::vector<TaskId> all;
  for (std::uint32_t task = 0; task < setup.tasks.size(); ++task) all.emplace_back(task);
  return all;
}

// The most laps that a task can have: those of all turns that it is in.
std::uint32_t laps_of_task(const ClosedLoopWork& work, std::uint32_t laps, TaskId task) {
  if (!work.slot_task.empty()) return laps;
  std::uint32_t most = 0;
  for (const std::vector<TaskId>& turn : work.turns.tasks) {
    const auto tasks = static_cast<std::uint32_t>(turn.size());
    if (std::find(turn.begin(), turn.end(), task) != turn.end()) most += (laps + tasks - 1) / tasks;
  }
  return most;
}

std::uint32_t jobs_of_lap(const PolicySetup& setup, const ClosedLoopWork& work, TaskId task) {
  if (!work.batch) return 1;
  DARIS_CHECK(*work.batch >= setup.tasks[task.at()].inputs);
  return *work.batch / setup.tasks[task.at()].inputs;
}

}  // namespace

PolicySetup closed_loop_setup(std::uint32_t contexts, std::uint32_t streams,
                              std::vector<ClosedLoopTask> tasks) {
  PolicySetup setup;
  setup.contexts = contexts;
  setup.streams = streams;
  for (ClosedLoopTask& task : tasks) {
    TaskSetup row;
    row.relative_deadline = kAfterClosedLoop - Time();
    row.inputs = task.inputs;
    row.stage_estimates = std::move(task.stage_estimates);
    setup.tasks.push_back(std::move(row));
  }
  return setup;
}

ClosedLoopPlan plan_closed_loop(const PolicySetup& setup, std::uint32_t rounds, ClosedLoopWork work) {
  ClosedLoopPlan plan;
  plan.work = std::move(work);
  const std::uint32_t slots = slots_of(setup, plan.work);
  std::vector<TaskId> tasks = tasks_taken(setup, plan.work);
  const auto round = static_cast<std::uint32_t>(tasks.size());
  if (plan.work.turns.of_context.empty()) plan.work.turns = one_turn(setup.contexts, std::move(tasks));
  plan.warm_laps = kWarmLapsPerSlot * slots;
  plan.measured_laps = std::max(rounds * round, kMeasuredLapsPerSlotMin * slots);
  return plan;
}

// If slots are tied to tasks, each task has jobs for all laps; otherwise the laps of a turn are dealt out
// among its tasks.
ReleaseList closed_loop_releases(const PolicySetup& setup, const ClosedLoopPlan& plan) {
  const ClosedLoopWork& work = plan.work;
  const std::uint32_t laps = plan.warm_laps + plan.measured_laps + slots_of(setup, work);
  ReleaseList releases;
  for (const TaskId task : tasks_taken(setup, work)) {
    const std::uint32_t jobs = laps_of_task(work, laps, task) * jobs_of_lap(setup, work, task);
    for (std::uint32_t ordinal = 0; ordinal < jobs; ++ordinal)
      releases.push_back({Time(), JobId{ordinal, task}});
  }
  std::sort(releases.begin(), releases.end(), [](const auto& a, const auto& b) { return a.job < b.job; });
  return releases;
}

ClosedLoopPolicy::ClosedLoopPolicy(const PolicySetup& setup, const ClosedLoopPlan& plan)
    : setup_(setup),
      plan_(plan),
      slots_(slots_of(setup, plan.work)),
      open_slots_(slots_),
      started_of_turn_(plan.work.turns.tasks.size(), 0),
      measured_of_turn_(plan.work.turns.tasks.size(), 0),
      next_ordinal_(setup.tasks.size(), 0),
      running_(slots_),
      spans_(slots_) {
  for (const TaskSetup& task : setup.tasks) sums_.emplace_back(task.stage_estimates.size());
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    const bool stands_still =
        plan.work.slot_task.empty() && plan.work.turns.tasks[turn_of(SlotId(slot))].empty();
    if (stands_still) close(SlotId(slot));
  }
}

std::span<const Decision> ClosedLoopPolicy::step(Time now, std::span<const Event> events) {
  decisions_.clear();
  for (const Event& event : events) {
    if (const auto* finished = std::get_if<StageFinished>(&event)) {
      finish_stage(*finished, now);
    } else if (const auto* timer = std::get_if<TimerFired>(&event)) {
      start_lap(SlotId(timer->timer.value()));
    } else if (std::holds_alternative<JobReleased>(event) && !begun_) {
      spread_starts();
      break;
    } else if (const auto* failed = std::get_if<LaunchFailed>(&event)) {
      give_up(failed->slot);
    } else if (const auto* lost = std::get_if<ContextLost>(&event)) {
      give_up(lost->context);
    }
  }
  return decisions_;
}

// Slot 0 starts at once, the others over one job's time.
void ClosedLoopPolicy::spread_starts() {
  begun_ = true;
  Duration job;
  for (const Duration stage : setup_.tasks.front().stage_estimates) job += stage;
  start_lap(SlotId(0));
  const auto slots = std::int64_t{slots_};
  for (std::int64_t slot = 1; slot < slots; ++slot) {
    decisions_.emplace_back(
        SetTimer{TimerId(static_cast<std::uint32_t>(slot)), Time::from_ns(1 + job.ns() * slot / slots)});
  }
}

TaskId ClosedLoopPolicy::next_task(SlotId slot) {
  const ClosedLoopWork& work = plan_.work;
  if (!work.slot_task.empty()) return work.slot_task[slot.at()];
  const std::vector<TaskId>& tasks = work.turns.tasks[turn_of(slot)];
  return tasks[started_of_turn_[turn_of(slot)]++ % tasks.size()];
}

void ClosedLoopPolicy::start_lap(SlotId slot) {
  if (running_[slot.at()].closed) return;
  if (started_laps_ == plan_.warm_laps + plan_.measured_laps + slots_) return close(slot);
  const TaskId task = next_task(slot);
  ++started_laps_;
  Running& running = running_[slot.at()];
  running.jobs.clear();
  for (std::uint32_t i = jobs_of_lap(setup_, plan_.work, task); i > 0; --i)
    running.jobs.push_back({next_ordinal_[task.at()]++, task});
  running.stage = 0;
  start_stage(slot);
}

void ClosedLoopPolicy::start_stage(SlotId slot) {
  const Running& running = running_[slot.at()];
  const std::uint32_t inputs = plan_.work.batch.value_or(setup_.tasks[running.jobs.front().task.at()].inputs);
  decisions_.emplace_back(LaunchStage{slot, StageIndex(running.stage), inputs, running.jobs});
}

void ClosedLoopPolicy::finish_stage(const StageFinished& finished, Time now) {
  Running& running = running_[finished.slot.at()];
  if (running.closed) return;
  std::vector<Sum>& sums = sums_[running.jobs.front().task.at()];
  if (is_measured()) {
    sums[running.stage].ns += static_cast<double>(finished.execution.ns());
    ++sums[running.stage].count;
  }
  if (++running.stage < sums.size()) return start_stage(finished.slot);
  finish_lap(finished.slot, now);
  start_lap(finished.slot);
}

void ClosedLoopPolicy::finish_lap(SlotId slot, Time now) {
  if (is_measured()) ++measured_of_turn_[turn_of(slot)];
  ++finished_laps_;
  if (finished_laps_ < plan_.warm_laps || finished_laps_ > plan_.warm_laps + plan_.measured_laps) return;
  SlotSpan& span = spans_[slot.at()];
  if (span.begun) {
    span.jobs += static_cast<std::uint32_t>(running_[slot.at()].jobs.size());
  } else {
    span.begun = true;
    span.first = now;
  }
  span.last = now;
}

void ClosedLoopPolicy::give_up(SlotId slot) {
  if (slot.at() >= slots_) return;
  complete_ = false;
  if (!running_[slot.at()].closed) close(slot);
}

void ClosedLoopPolicy::give_up(ContextId context) {
  for (std::uint32_t stream = 0; stream < setup_.streams; ++stream)
    give_up(SlotId(context.value() * setup_.streams + stream));
}

void ClosedLoopPolicy::close(SlotId slot) {
  running_[slot.at()].closed = true;
  --open_slots_;
}

std::span<const Duration> ClosedLoopPolicy::estimates(TaskId task) const {
  return setup_.tasks[task.at()].stage_estimates;
}

// One turn alone always is: its laps were planned so.
bool ClosedLoopPolicy::turns_are_measured() const {
  const auto is_measured = [](const std::vector<Sum>& sums) {
    return std::all_of(sums.begin(), sums.end(), [](const Sum& sum) { return sum.count > 0; });
  };
  const std::vector<std::vector<TaskId>>& turns = plan_.work.turns.tasks;
  for (std::size_t turn = 0; turns.size() > 1 && turn < turns.size(); ++turn) {
    if (!turns[turn].empty() && measured_of_turn_[turn] < kMeasuredLapsPerSlotMin) return false;
    for (const TaskId task : turns[turn]) {
      if (!is_measured(sums_[task.at()])) return false;
    }
  }
  return true;
}

ClosedLoopResult ClosedLoopPolicy::result() const {
  DARIS_CHECK(finished());
  ClosedLoopResult result;
  result.complete = complete_;
  result.turns_measured = turns_are_measured();
  Time first = Time::never();
  Time last;
  for (const SlotSpan& span : spans_) {
    if (span.jobs == 0) continue;
    result.jobs_per_s += span.jobs * kNsPerSecond / static_cast<double>((span.last - span.first).ns());
    first = std::min(first, span.first);
    last = std::max(last, span.last);
  }
  if (first < last) result.measured = last - first;
  for (const std::vector<Sum>& sums : sums_) {
    std::vector<double>& stages = result.stage_ns.emplace_back();
    // The measured part may begin or end in the middle of a task's only lap.
    if (std::any_of(sums.begin(), sums.end(), [](const Sum& sum) { return sum.count == 0; })) continue;
    for (const Sum& sum : sums) stages.push_back(sum.ns / sum.count);
  }
  return result;
}

}  // namespace daris
