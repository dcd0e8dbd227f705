#include "policy/daris_batched_policy.h"

#include <algorithm>

#include "base/check.h"
#include "base/wide_integer.h"

namespace daris {
namespace {

bool has_level_zero(const PolicySetup& setup) {
  return std::any_of(setup.tasks.begin(), setup.tasks.end(),
                     [](const TaskSetup& task) { return task.level == 0; });
}

}  // namespace

DarisBatchedPolicy::DarisBatchedPolicy(const PolicySetup& setup)
    : switches_(setup.switches),
      first_is_zero_(has_level_zero(setup)),
      costs_(batch_costs(setup, setup.switches.short_batches)),
      flows_(setup.batch_groups.size(), levels_of(setup).size()),
      streams_(setup.streams),
      contexts_(setup),
      slots_(setup.contexts, setup.streams),
      batches_(largest_batch(costs_)),
      between_stages_(setup.contexts),
      batches_in_(setup.contexts),
      urgency_(levels_of(setup).size(), setup.switches),
      choice_(levels_of(setup).size(), largest_batch(costs_), setup.switches),
      shares_(levels_of(setup).size(), first_is_zero_, setup.switches.learn),
      promise_(setup.switches),
      open_(levels_of(setup).size()),
      next_free_(open_.size()) {
  const std::vector<std::uint32_t> levels = levels_of(setup);
  for (const TaskSetup& task : setup.tasks) {
    const auto rank = std::lower_bound(levels.begin(), levels.end(), task.level) - levels.begin();
    const Task& row = tasks_.emplace_back(Task{task.relative_deadline, static_cast<LevelRank>(rank),
                                               task.inputs, task.batch_group, task.period});
    flows_.add_task(row.group, row.level, row.inputs, task.period);
  }
  for (std::size_t group = 0; group < costs_.size(); ++group) flows_.update(group, costs_[group]);
  const bool homes = setup.switches.binding == Binding::kHome;
  for (std::uint32_t context = 0; context < setup.contexts; ++context) {
    if (homes || lanes_.empty())
      lanes_.push_back({{},
                        std::vector<GroupBacklog>(costs_.size(), GroupBacklog(levels.size())),
                        std::vector<std::vector<BacklogJob>>(costs_.size())});
    lanes_.back().contexts.emplace_back(context);
  }
}

std::span<const Duration> DarisBatchedPolicy::estimates(TaskId task) const {
  const BatchCosts& costs = costs_[tasks_[task.at()].group];
  return costs.stage_estimates(costs.size_for(tasks_[task.at()].inputs));
}

void DarisBatchedPolicy::on_stage_finished(const StageFinished& finished) {
  if (slots_.is_lost(slots_.context_of(finished.slot))) return;
  const JobIndex index = slots_.release(finished.slot);
  BegunBatch& batch = batches_[index];
  batch.ran += std::max(finished.execution, Duration());
  batch.stage = StageIndex(batch.stage.value() + 1);
  if (batch.stage.value() == costs_[batch.group].stages()) {
    end_batch(index);
  } else {
    between_stages_[batch.context.at()].push_back(index);
  }
}

void DarisBatchedPolicy::end_batch(JobIndex index) {
  const BegunBatch& batch = batches_[index];
  costs_[batch.group].record(now(), batch.size, batch.inputs, batch.ran);
  flows_.update(batch.group, costs_[batch.group]);
  note_promises(batch);
  batches_.remove(index);
}

void DarisBatchedPolicy::note_promises(const BegunBatch& batch) {
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    const Task& task = tasks_[batch.jobs[i].task.at()];
    if (now() <= batch.deadlines[i]) {
      shares_.kept(task.level);
    } else {
      shares_.broken(task.level, now(), costs_[task.group].will_take(costs_[task.group].usual_size()));
    }
  }
}

void DarisBatchedPolicy::on_launch_failed(const LaunchFailed& failed) {
  if (slots_.is_lost(slots_.context_of(failed.slot))) return;
  const JobIndex index = slots_.release(failed.slot);
  drop_by_id(batches_[index].jobs, DropReason::kLaunchFailed);
  batches_.remove(index);
}

void DarisBatchedPolicy::drop_by_id(std::vector<JobId>& jobs, DropReason reason) {
  std::sort(jobs.begin(), jobs.end());
  for (const JobId job : jobs) decisions().emplace_back(DropJob{job, reason});
  jobs.clear();
}

void DarisBatchedPolicy::lose_contexts(std::span<const Event> losses) {
  for (const Event& event : losses) {
    const ContextId context = std::get<ContextLost>(event).context;
    if (!slots_.is_lost(context)) lose(context);
  }
  // Only now, so that no job goes to a context that is lost in the same step.
  for (BatchLane& lane : lanes_) leave(lane);
  drop_by_id(dropped_, DropReason::kContextLost);
}

// Batches that have begun in the context are dropped.
void DarisBatchedPolicy::lose(ContextId context) {
  std::vector<JobIndex>& lost = between_stages_[context.at()];
  slots_.lose(context, [&](JobIndex batch) { lost.push_back(batch); });
  for (const JobIndex batch : lost) {
    dropped_.insert(dropped_.end(), batches_[batch].jobs.begin(), batches_[batch].jobs.end());
    batches_.remove(batch);
  }
  lost.clear();
  contexts_.lose(context);
  for (BatchLane& lane : lanes_) std::erase(lane.contexts, context);
}

bool DarisBatchedPolicy::serves(const BatchLane& lane, LevelRank level) const {
  return std::any_of(lane.contexts.begin(), lane.contexts.end(),
                     [&](ContextId context) { return contexts_.permits(context, level); });
}

// Waiting jobs whose level may use no context of the lane any more go to other lanes. If there is none, they
// are dropped.
void DarisBatchedPolicy::leave(BatchLane& lane) {
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    GroupBacklog& backlog = lane.groups[group];
    for (LevelRank level = 0; level < backlog.levels(); ++level) {
      if (serves(lane, level)) continue;
      while (!backlog.level(level).empty()) {
        const BacklogJob job = backlog.take_first(level);
        if (contexts_.slots_left(level) == 0) {
          dropped_.push_back(job.id);
        } else {
          lane_for_new_job(level).groups[group].add(level, job);
        }
      }
    }
    std::erase_if(lane.late[group], [&](const BacklogJob& job) {
      if (serves(lane, tasks_[job.id.task.at()].level)) return false;
      dropped_.push_back(job.id);
      return true;
    });
  }
}

void DarisBatchedPolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < tasks_.size());
  Task& task = tasks_[released.job.task.at()];
  if (contexts_.slots_left(task.level) == 0) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  if (costs_[task.group].forget_if_stale(now())) flows_.update(task.group, costs_[task.group]);
  BatchLane& lane = lane_for_new_job(task.level);
  const Time deadline = released.nominal_release + task.relative_deadline;
  const PromisedJob job{task.group,
                        task.level,
                        {deadline, released.job, task.inputs},
                        released.nominal_release + allowed(task)};
  if (!is_admitted(lane, job, is_surplus(task, released.nominal_release))) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kUtilization});
    ++task.refused;
    return;
  }
  task.refused = 0;
  decisions().emplace_back(AdmitJob{released.job, ContextId(0)});
  lane.groups[task.group].add(task.level, job.job);
}

// How long after its release a job of the task may be promised to end. The more jobs of a task of level 0
// were refused in a row, the longer it is. So tasks are refused in turn if level 0 overloads by itself. Below
// level 0 a job leaves as much room as its inputs cost, so that cheap jobs still fit if dear ones don't.
Duration DarisBatchedPolicy::allowed(const Task& task) const {
  const std::int64_t allowed_ns =
      multiply_divide(task.relative_deadline.ns(), switches_.bound_ppb, kPartsPerWhole);
  if (task.level != 0 || !first_is_zero_) {
    const Duration allowed = Duration::from_ns(allowed_ns);
    return allowed - room_left_by(task, allowed);
  }
  constexpr std::uint32_t kShiftMax = 62;
  return Duration::from_ns(allowed_ns - (allowed_ns >> std::min(kShiftMax, 4 + task.refused)));
}

// Nothing if all work fits anyway. On an idle slot the job always fits, since it leaves no more than its own
// time, and less if it is in a hurry.
Duration DarisBatchedPolicy::room_left_by(const Task& task, Duration allowed) const {
  if (!switches_.cheap_first || fits(flows_.of_all(), slots_.contexts_left() * streams_)) return Duration();
  const BatchCosts& costs = costs_[task.group];
  const Duration takes = costs.will_take(costs.size_for(task.inputs));
  if (takes >= allowed) return Duration();
  const Duration lately = std::min(costs.lately(task.inputs), takes);
  return Duration::from_ns(multiply_divide(lately.ns(), (allowed - takes).ns(), allowed.ns()));
}

// Level 0 does not ask for more than the slots can do, by its rates and by what came lately.
bool DarisBatchedPolicy::level_is_certain(LevelRank level) const {
  return level == 0 && first_is_zero_ && now() >= crowded_until_ &&
         fits(flows_.of_level(level), contexts_.slots_left(level));
}

bool DarisBatchedPolicy::fits(std::int64_t work_ppb, std::uint32_t slots) const {
  return WideInteger{work_ppb} <= WideInteger{slots} * switches_.bound_ppb;
}

// A task of level 0 may be two periods ahead of its rate.
bool DarisBatchedPolicy::is_surplus(Task& task, Time release) const {
  if (!switches_.surplus || task.level != 0 || !first_is_zero_) return false;
  if (task.next_due - release > task.period + task.period) return true;
  task.next_due = std::max(task.next_due, release) + task.period;
  return false;
}

// Level 0 is tested if its work does not fit, or if more of it comes than its tasks' rates say. What comes
// beyond them leaves room to the rest of level 0.
bool DarisBatchedPolicy::is_admitted(const BatchLane& lane, const PromisedJob& job, bool is_surplus) {
  const bool certain = level_is_certain(job.level);
  if (!switches_.promise || (certain && !is_surplus)) return true;
  predict_free_slots(lane);
  PromiseView view;
  view.now = now();
  view.groups = lane.groups;
  view.costs = costs_;
  view.levels = &contexts_;
  if (certain && !promise_.is_crowded(view, job)) return true;
  if (certain) crowded_until_ = now() + tasks_[job.job.id.task.at()].relative_deadline;
  const std::int64_t above_ppb = contexts_.work_above(flows_, job.level) + (certain ? flows_.of_level(0) : 0);
  const std::int64_t ahead = std::min(kPartsPerWhole, above_ppb / contexts_.slots_left(job.level));
  view.ahead_ppb =
      kPartsPerWhole - multiply_divide(kPartsPerWhole - ahead, shares_.of(job.level), kPartsPerWhole);
  view.doubt_ppb = shares_.doubt_of(job.level);
  return promise_.keeps(view, job);
}

// A running batch keeps its slot for the rest of what it will take, or for as long again as it is overdue.
// A batch between two stages goes to the slot of its context that is free first.
void DarisBatchedPolicy::predict_free_slots(const BatchLane& lane) {
  std::vector<BatchPromise::SlotFree>& free_slots = promise_.free_slots();
  free_slots.clear();
  for (const ContextId context : lane.contexts) {
    const std::size_t first = free_slots.size();
    for (std::uint32_t stream = 0; stream < streams_; ++stream) {
      const std::optional<JobIndex> index = slots_.occupant(SlotId(context.value() * streams_ + stream));
      const Duration left = index ? left_of(batches_[*index]) : Duration();
      free_slots.push_back({std::max(left, switches_.overdue ? Duration() - left : Duration()), context});
    }
    for (const JobIndex index : between_stages_[context.at()]) {
      const BegunBatch& batch = batches_[index];
      const auto is_before = [](const auto& a, const auto& b) { return a.after < b.after; };
      std::min_element(free_slots.begin() + static_cast<std::ptrdiff_t>(first), free_slots.end(), is_before)
          ->after += costs_[batch.group].will_take_from(batch.size, batch.stage);
    }
  }
}

BatchLane& DarisBatchedPolicy::lane_for_new_job(LevelRank level) {
  BatchLane* least = nullptr;
  Duration least_work;
  for (BatchLane& lane : lanes_) {
    if (lanes_.size() == 1) return lane;
    if (!serves(lane, level)) continue;
    const Duration work = work_of(lane);
    if (least != nullptr && work >= least_work) continue;
    least = &lane;
    least_work = work;
  }
  DARIS_CHECK(least != nullptr);
  return *least;
}

// What runs, and what waits in batches of the usual size.
Duration DarisBatchedPolicy::work_of(const BatchLane& lane) {
  predict_free_slots(lane);
  Duration work;
  for (const BatchPromise::SlotFree& slot : promise_.free_slots()) work += slot.after;
  for (std::size_t group = 0; group < costs_.size(); ++group)
    work += costs_[group].costs_in_usual_batches(lane.groups[group].inputs());
  return work;
}

void DarisBatchedPolicy::dispatch() {
  for (BatchLane& lane : lanes_) sort_out_hopeless(lane);
  for (BatchLane& lane : lanes_) dispatch(lane);
}

void DarisBatchedPolicy::sort_out_hopeless(BatchLane& lane) {
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    for (LevelRank level = 0; level < lane.groups[group].levels(); ++level)
      sort_out_hopeless(lane, group, level);
    if (switches_.drop_hopeless) drop_late(lane, group);
  }
}

// A job of level 0 may still run if nothing else would, since it is only predicted to be late. A job may be
// hopeless though a smaller one before it is not, so all are looked at whose deadline is near enough.
void DarisBatchedPolicy::sort_out_hopeless(BatchLane& lane, std::size_t group, LevelRank level) {
  GroupBacklog& backlog = lane.groups[group];
  const BatchCosts& costs = costs_[group];
  const std::span<const BacklogJob> waiting = backlog.level(level).jobs();
  const Time near = now() + costs.longest_of_one_job();
  places_.clear();
  for (std::uint32_t place = 0; place < waiting.size() && waiting[place].deadline < near; ++place) {
    const BacklogJob& job = waiting[place];
    const std::size_t size = costs.size_for(job.inputs);
    const Duration takes = level_is_certain(level) ? costs.may_take(size) : costs.will_take(size);
    if (now() + takes <= job.deadline) continue;
    places_.push_back(place);
    if (!switches_.drop_hopeless || level_is_certain(level)) {
      lane.late[group].push_back(job);
    } else {
      decisions().emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
      shares_.broken(level, now(), costs.will_take(costs.usual_size()));
    }
  }
  backlog.take(level, places_);
}

void DarisBatchedPolicy::drop_late(BatchLane& lane, std::size_t group) {
  std::erase_if(lane.late[group], [&](const BacklogJob& job) {
    if (now() <= job.deadline) return false;
    decisions().emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
    return true;
  });
}

void DarisBatchedPolicy::dispatch(BatchLane& lane) {
  while (look_for_slots(lane)) {
    const std::optional<Next> next = next_of(lane);
    if (!next && begin_late_batch(lane)) continue;
    if (!next) return;
    if (next->begun) {
      std::vector<JobIndex>& waiting = between_stages_[batches_[*next->begun].context.at()];
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next->place));
      launch(*next->begun);
    } else {
      begin_batch(lane, next->place);
    }
  }
}

// What a running batch will still keep its slot for. It is negative if the batch is overdue.
Duration DarisBatchedPolicy::left_of(const BegunBatch& batch) const {
  return batch.launched + costs_[batch.group].will_take_from(batch.size, batch.stage) - now();
}

// Returns false if no slot is free.
bool DarisBatchedPolicy::look_for_slots(const BatchLane& lane) {
  const auto is_free = [&](ContextId context) { return slots_.free_slots(context) > 0; };
  if (std::none_of(lane.contexts.begin(), lane.contexts.end(), is_free)) return false;
  predict_next_free(lane);
  urgency_.look({now(), next_free_, &open_, level_is_certain(0)});
  return true;
}

// Says for each level whether a slot is free, and when another one is. Never, if there is no other.
void DarisBatchedPolicy::predict_next_free(const BatchLane& lane) {
  std::fill(open_.begin(), open_.end(), false);
  std::fill(next_free_.begin(), next_free_.end(), Time::never() - now());
  for (const ContextId context : lane.contexts) {
    const std::uint32_t free = slots_.free_slots(context);
    Duration least = free > 1 ? Duration() : Time::never() - now();
    for (std::uint32_t stream = 0; stream < streams_; ++stream) {
      const std::optional<JobIndex> index = slots_.occupant(SlotId(context.value() * streams_ + stream));
      if (index) least = std::clamp(left_of(batches_[*index]), Duration(), least);
    }
    for (LevelRank level = 0; level < open_.size(); ++level) {
      if (!contexts_.permits(context, level)) continue;
      next_free_[level] = open_[level] && free > 0 ? Duration() : std::min(next_free_[level], least);
      open_[level] = open_[level] || free > 0;
    }
  }
}

std::uint32_t DarisBatchedPolicy::batches_in(ContextId context) const {
  if (slots_.is_lost(context)) return 0;
  return streams_ - slots_.free_slots(context) +
         static_cast<std::uint32_t>(between_stages_[context.at()].size());
}

// Of the contexts with a free slot for the level, those for the fewest levels; of these, the least busy.
// REQUIRES: there is one.
ContextId DarisBatchedPolicy::context_for_new_batch(const BatchLane& lane, LevelRank level) {
  for (std::size_t context = 0; context < batches_in_.size(); ++context)
    batches_in_[context] = batches_in(ContextId(static_cast<std::uint32_t>(context)));
  candidates_.clear();
  for (const ContextId context : lane.contexts) {
    if (slots_.free_slots(context) == 0 || !contexts_.permits(context, level)) continue;
    const bool is_for_fewer =
        !candidates_.empty() && contexts_.count(context) < contexts_.count(candidates_.front());
    if (is_for_fewer) candidates_.clear();
    if (candidates_.empty() || contexts_.count(context) == contexts_.count(candidates_.front()))
      candidates_.push_back(context);
  }
  return least_busy(candidates_, batches_in_, switches_.spread);
}

std::optional<DarisBatchedPolicy::Next> DarisBatchedPolicy::next_of(const BatchLane& lane) const {
  std::optional<Next> first;
  const auto offer = [&](const Next& next) {
    if (!first || next.rank < first->rank) first = next;
  };
  for (const ContextId context : lane.contexts) {
    if (slots_.free_slots(context) == 0) continue;
    const std::vector<JobIndex>& waiting = between_stages_[context.at()];
    for (std::size_t place = 0; place < waiting.size(); ++place) {
      const BegunBatch& batch = batches_[waiting[place]];
      offer({urgency_.rank_of(batch, costs_[batch.group]), waiting[place], place});
    }
  }
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    if (urgency_.has_open_job(lane.groups[group]))
      offer({urgency_.rank_of(lane.groups[group], costs_[group]), std::nullopt, group});
  }
  return first;
}

JobIndex DarisBatchedPolicy::new_batch(std::size_t group, ContextId context, LevelRank level,
                                       const BacklogJob& leader) {
  const JobIndex index = batches_.add();
  BegunBatch& batch = batches_[index];
  batch.group = group;
  batch.context = context;
  batch.inputs = 0;
  batch.stage = StageIndex(0);
  batch.ran = Duration();
  batch.level = level;
  batch.leader = leader;
  return index;
}

void DarisBatchedPolicy::put_into(BegunBatch& batch, const BacklogJob& job) {
  batch.inputs += job.inputs;
  batch.jobs.push_back(job.id);
  batch.deadlines.push_back(job.deadline);
}

void DarisBatchedPolicy::begin_batch(BatchLane& lane, std::size_t group) {
  GroupBacklog& backlog = lane.groups[group];
  const LevelRank leading = urgency_.leading_level(backlog, costs_[group]);
  const BacklogJob leader = backlog.level(leading).jobs().front();
  const Duration relative_deadline = tasks_[leader.id.task.at()].relative_deadline;
  const ContextId context = context_for_new_batch(lane, leading);
  choice_.choose({backlog, costs_[group], leading, relative_deadline, urgency_.must_go_before(costs_[group]),
                  contexts_.of(context), level_is_certain(0)},
                 now());
  const JobIndex index = new_batch(group, context, leading, leader);
  BegunBatch& batch = batches_[index];
  batch.size = choice_.size();
  for (LevelRank level = 0; level < backlog.levels(); ++level) {
    for (const std::uint32_t place : choice_.jobs(level)) put_into(batch, backlog.level(level).jobs()[place]);
    backlog.take(level, choice_.jobs(level));
  }
  launch(index);
}

// Late jobs go together, up to the usual size. Those that may not use the context of the first one stay.
bool DarisBatchedPolicy::begin_late_batch(BatchLane& lane) {
  const auto level_of = [&](const BacklogJob& job) { return tasks_[job.id.task.at()].level; };
  const auto is_open = [&](const BacklogJob& job) { return open_[level_of(job)]; };
  for (std::size_t group = 0; group < lane.late.size(); ++group) {
    std::vector<BacklogJob>& late = lane.late[group];
    const auto first = std::find_if(late.begin(), late.end(), is_open);
    if (first == late.end()) continue;
    const BatchCosts& costs = costs_[group];
    const ContextId context = context_for_new_batch(lane, level_of(*first));
    const JobIndex index = new_batch(group, context, level_of(*first), *first);
    BegunBatch& batch = batches_[index];
    const std::uint32_t most = std::max(first->inputs, costs.inputs(costs.usual_size()));
    bool full = false;
    std::erase_if(late, [&](const BacklogJob& job) {
      if (full || !contexts_.permits(context, level_of(job))) return false;
      full = batch.inputs + job.inputs > most;
      if (!full) put_into(batch, job);
      return !full;
    });
    batch.size = costs.size_for(batch.inputs);
    launch(index);
    return true;
  }
  return false;
}

void DarisBatchedPolicy::launch(JobIndex index) {
  BegunBatch& batch = batches_[index];
  const SlotId slot = slots_.occupy(batch.context, index);
  batch.launched = now();
  decisions().emplace_back(
      LaunchStage{slot, batch.stage, costs_[batch.group].inputs(batch.size), batch.jobs});
}

}  // namespace daris
