#include "policy/daris_batched_policy.h"

#include <algorithm>

#include "base/check.h"
#include "base/wide_integer.h"

namespace daris {
namespace {

// The levels that tasks have, ascending, each once.
std::vector<std::uint32_t> levels_of(const PolicySetup& setup) {
  std::vector<std::uint32_t> levels;
  for (const TaskSetup& task : setup.tasks) levels.push_back(task.level);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

std::vector<BatchCosts> costs_of(const PolicySetup& setup) {
  std::vector<Duration> least(setup.batch_groups.size(), Duration::from_ns(1));
  std::vector<bool> known(setup.batch_groups.size(), false);
  for (const TaskSetup& task : setup.tasks) {
    Duration& of_group = least[task.batch_group];
    of_group = known[task.batch_group] ? std::min(of_group, task.relative_deadline) : task.relative_deadline;
    known[task.batch_group] = true;
  }
  std::vector<BatchCosts> costs;
  for (std::size_t group = 0; group < setup.batch_groups.size(); ++group)
    costs.emplace_back(setup.batch_groups[group], least[group], setup.switches);
  return costs;
}

}  // namespace

DarisBatchedPolicy::DarisBatchedPolicy(const PolicySetup& setup)
    : switches_(setup.switches),
      costs_(costs_of(setup)),
      flows_(setup.batch_groups.size(), levels_of(setup).size()),
      streams_(setup.streams),
      slots_left_(setup.contexts * setup.streams),
      slots_(setup.contexts, setup.streams),
      between_stages_(setup.contexts),
      choice_(levels_of(setup).size(), levels_of(setup).front() == 0, setup.switches),
      promise_(setup.switches) {
  const std::vector<std::uint32_t> levels = levels_of(setup);
  for (const std::uint32_t level : levels) level_is_zero_.push_back(level == 0);
  for (const TaskSetup& task : setup.tasks) {
    const auto rank = std::lower_bound(levels.begin(), levels.end(), task.level) - levels.begin();
    const Task& row = tasks_.emplace_back(
        Task{task.relative_deadline, static_cast<LevelRank>(rank), task.inputs, task.batch_group});
    flows_.add_task(row.group, row.level, row.inputs, task.period);
  }
  for (std::size_t group = 0; group < costs_.size(); ++group) flows_.update(group, costs_[group]);
  const bool homes = setup.switches.binding == Binding::kHome;
  for (std::uint32_t context = 0; context < setup.contexts; ++context) {
    if (homes || lanes_.empty())
      lanes_.push_back({{}, std::vector<GroupBacklog>(costs_.size(), GroupBacklog(levels.size())), std::vector<std::vector<BacklogJob>>(costs_.size())});
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
  batch.ran += now() - batch.launched;
  batch.stage = StageIndex(batch.stage.value() + 1);
  if (batch.stage.value() == costs_[batch.group].stages()) {
    end_batch(index);
  } else {
    between_stages_[batch.context.at()].push_back(index);
  }
}

void DarisBatchedPolicy::end_batch(JobIndex index) {
  const BegunBatch& batch = batches_[index];
  costs_[batch.group].record(batch.size, batch.ran);
  flows_.update(batch.group, costs_[batch.group]);
  batches_.remove(index);
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
  drop_by_id(dropped_, DropReason::kContextLost);
}

// Batches that have begun in the context are dropped. If it was the last of its lane, the lane's waiting jobs
// go to another lane, or are dropped too.
void DarisBatchedPolicy::lose(ContextId context) {
  std::vector<JobIndex>& lost = between_stages_[context.at()];
  slots_.lose(context, [&](JobIndex batch) { lost.push_back(batch); });
  for (const JobIndex batch : lost) {
    dropped_.insert(dropped_.end(), batches_[batch].jobs.begin(), batches_[batch].jobs.end());
    batches_.remove(batch);
  }
  lost.clear();
  slots_left_ -= streams_;
  for (Lane& lane : lanes_) {
    if (std::erase(lane.contexts, context) > 0 && lane.contexts.empty()) leave(lane);
  }
}

void DarisBatchedPolicy::leave(Lane& lane) {
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    GroupBacklog& backlog = lane.groups[group];
    while (!backlog.empty()) {
      const LevelRank level = backlog.first_level();
      const BacklogJob job = backlog.take_first(level);
      if (slots_left_ == 0) {
        dropped_.push_back(job.id);
      } else {
        lane_for_new_job().groups[group].add(level, job);
      }
    }
  }
}

void DarisBatchedPolicy::on_job_released(const JobReleased& released) {
  DARIS_CHECK(released.job.task.at() < tasks_.size());
  if (slots_left_ == 0) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kNoContext});
    return;
  }
  const Task& task = tasks_[released.job.task.at()];
  Lane& lane = lane_for_new_job();
  const Time deadline = released.nominal_release + task.relative_deadline;
  const Duration allowed =
      Duration::from_ns(multiply_divide(task.relative_deadline.ns(), switches_.bound_ppb, kPartsPerWhole));
  const PromisedJob job{
      task.group, task.level, {deadline, released.job, task.inputs}, released.nominal_release + allowed};
  if (switches_.promise && !level_is_certain(task.level) && !is_promised(lane, job)) {
    decisions().emplace_back(RejectJob{released.job, RejectReason::kUtilization});
    return;
  }
  decisions().emplace_back(AdmitJob{released.job, ContextId(0)});
  lane.groups[task.group].add(task.level, job.job);
}

// Level 0 is not tested unless it asks for more than the slots can do by itself.
bool DarisBatchedPolicy::level_is_certain(LevelRank level) const {
  return level_is_zero_[level] &&
         WideInteger{flows_.of_level(level)} <= WideInteger{slots_left_} * switches_.bound_ppb;
}

bool DarisBatchedPolicy::is_promised(const Lane& lane, const PromisedJob& job) {
  predict_free_slots(lane);
  PromiseView view;
  view.now = now();
  view.groups = lane.groups;
  view.costs = costs_;
  view.ahead_ppb = flows_.above(job.level) / slots_left_;
  return promise_.keeps(view, job);
}

// A running batch keeps its slot for the rest of what it will take. A batch between two stages goes to the
// slot of its context that is free first.
void DarisBatchedPolicy::predict_free_slots(const Lane& lane) {
  std::vector<Duration>& free_after = promise_.free_after();
  free_after.clear();
  for (const ContextId context : lane.contexts) {
    const std::size_t first = free_after.size();
    for (std::uint32_t stream = 0; stream < streams_; ++stream) {
      const std::optional<JobIndex> index = slots_.occupant(SlotId(context.value() * streams_ + stream));
      Duration left;
      if (index) {
        const BegunBatch& batch = batches_[*index];
        left = batch.launched + costs_[batch.group].will_take_from(batch.size, batch.stage) - now();
      }
      free_after.push_back(std::max(left, Duration()));
    }
    for (const JobIndex index : between_stages_[context.at()]) {
      const BegunBatch& batch = batches_[index];
      *std::min_element(free_after.begin() + static_cast<std::ptrdiff_t>(first), free_after.end()) +=
          costs_[batch.group].will_take_from(batch.size, batch.stage);
    }
  }
}

DarisBatchedPolicy::Lane& DarisBatchedPolicy::lane_for_new_job() {
  Lane* least = nullptr;
  Duration least_work;
  for (Lane& lane : lanes_) {
    if (lane.contexts.empty()) continue;
    if (lanes_.size() == 1) return lane;
    const Duration work = work_of(lane);
    if (least != nullptr && work >= least_work) continue;
    least = &lane;
    least_work = work;
  }
  DARIS_CHECK(least != nullptr);
  return *least;
}

// What runs, and what waits in batches of the usual size.
Duration DarisBatchedPolicy::work_of(const Lane& lane) {
  predict_free_slots(lane);
  Duration work;
  for (const Duration free : promise_.free_after()) work += free;
  for (std::size_t group = 0; group < costs_.size(); ++group) {
    const std::size_t usual = costs_[group].usual_size();
    const auto inputs = static_cast<std::int64_t>(lane.groups[group].inputs());
    work += Duration::from_ns(
        multiply_divide(inputs, costs_[group].costs(usual).ns(), costs_[group].inputs(usual)));
  }
  return work;
}

void DarisBatchedPolicy::dispatch() {
  for (Lane& lane : lanes_) {
    if (switches_.drop_hopeless) drop_hopeless(lane);
  }
  for (Lane& lane : lanes_) dispatch(lane);
}

void DarisBatchedPolicy::drop_hopeless(Lane& lane) {
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    GroupBacklog& backlog = lane.groups[group];
    for (LevelRank level = 0; level < backlog.levels(); ++level) {
      while (!backlog.level(level).empty()) {
        const BacklogJob& job = backlog.level(level).jobs().front();
        const BatchCosts& costs = costs_[group];
        if (now() + costs.will_take(costs.size_for(job.inputs)) <= job.deadline) break;
        if (level_is_certain(level)) {
          lane.late[group].push_back(job);
        } else {
          decisions().emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
        }
        (void)backlog.take_first(level);
      }
    }
    std::erase_if(lane.late[group], [&](const BacklogJob& job) {
      if (now() <= job.deadline) return false;
      decisions().emplace_back(DropJob{job.id, DropReason::kCertainlyLate});
      return true;
    });
  }
}

void DarisBatchedPolicy::dispatch(Lane& lane) {
  for (;;) {
    note_next_free(lane);
    const std::optional<Next> next = next_of(lane);
    if (!next && begin_late_batch(lane)) continue;
    if (!next) return;
    if (next->begun) {
      std::vector<JobIndex>& waiting = between_stages_[batches_[*next->begun].context.at()];
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(next->place));
      launch(*next->begun);
    } else {
      begin_batch(lane, next->place, *freest_context(lane));
    }
  }
}

// Of the contexts with a free slot, the one with the fewest batches.
std::optional<ContextId> DarisBatchedPolicy::freest_context(const Lane& lane) const {
  std::optional<ContextId> best;
  std::size_t fewest = 0;
  for (const ContextId context : lane.contexts) {
    const std::uint32_t free = slots_.free_slots(context);
    if (free == 0) continue;
    const std::size_t batches = streams_ - free + between_stages_[context.at()].size();
    if (best && batches >= fewest) continue;
    best = context;
    fewest = batches;
  }
  return best;
}

std::optional<DarisBatchedPolicy::Next> DarisBatchedPolicy::next_of(const Lane& lane) const {
  std::optional<Next> first;
  const auto offer = [&](const Next& next) {
    if (!first || next.rank < first->rank) first = next;
  };
  for (const ContextId context : lane.contexts) {
    if (slots_.free_slots(context) == 0) continue;
    const std::vector<JobIndex>& waiting = between_stages_[context.at()];
    for (std::size_t place = 0; place < waiting.size(); ++place)
      offer({rank_of(batches_[waiting[place]]), waiting[place], place});
  }
  if (!freest_context(lane)) return first;
  for (std::size_t group = 0; group < lane.groups.size(); ++group) {
    if (!lane.groups[group].empty()) offer({rank_of(lane.groups[group], group), std::nullopt, group});
  }
  return first;
}

// The most urgent level whose first job must go now, else the level whose first job has the earliest deadline.
LevelRank DarisBatchedPolicy::leading_level(const GroupBacklog& backlog, std::size_t group) const {
  LevelRank earliest = backlog.levels();
  for (LevelRank level = 0; level < backlog.levels(); ++level) {
    if (backlog.level(level).empty()) continue;
    const BacklogJob& first = backlog.level(level).jobs().front();
    if (switches_.ripe && first.deadline < must_go_before(group, level)) return level;
    if (earliest == backlog.levels() || first.deadline < backlog.level(earliest).jobs().front().deadline) earliest = level;
  }
  return earliest;
}

// The group's jobs of this level with an earlier deadline would be late if they waited for the next slot.
Time DarisBatchedPolicy::must_go_before(std::size_t group, LevelRank level) const {
  const BatchCosts& costs = costs_[group];
  const std::size_t usual = costs.usual_size();
  const Duration takes = level_is_zero_[level] ? costs.surely_takes(usual) : costs.will_take(usual);
  return now() + std::min(next_free_, costs.will_take(usual)) + takes;
}

void DarisBatchedPolicy::note_next_free(const Lane& lane) {
  next_free_ = Duration::from_ns(std::int64_t{1} << 60);
  std::uint32_t free = 0;
  for (const ContextId context : lane.contexts) {
    free += slots_.free_slots(context);
    for (std::uint32_t stream = 0; stream < streams_; ++stream) {
      const std::optional<JobIndex> index = slots_.occupant(SlotId(context.value() * streams_ + stream));
      if (!index) continue;
      const BegunBatch& batch = batches_[*index];
      const Duration left = batch.launched + costs_[batch.group].will_take_from(batch.size, batch.stage) - now();
      next_free_ = std::min(next_free_, std::max(left, Duration()));
    }
  }
  if (free > 1) next_free_ = Duration();
}

DarisBatchedPolicy::Rank DarisBatchedPolicy::rank_of(const GroupBacklog& backlog, std::size_t group) const {
  constexpr std::uint32_t kFull = 2;
  constexpr std::uint32_t kOther = 3;
  const BatchCosts& costs = costs_[group];
  const LevelRank level = leading_level(backlog, group);
  const BacklogJob& first = backlog.level(level).jobs().front();
  const bool must_go = first.deadline < must_go_before(group, level);
  const std::size_t usual = costs.usual_size();
  const std::uint32_t kind = backlog.inputs() >= costs.inputs(usual) && switches_.full_first ? kFull : kOther;
  return {!must_go, must_go ? level : 0, must_go ? 1 : kind, first};
}

DarisBatchedPolicy::Rank DarisBatchedPolicy::rank_of(const BegunBatch& batch) const {
  constexpr std::uint32_t kBegun = 0;
  const Duration takes = costs_[batch.group].will_take_from(batch.size, batch.stage);
  const bool must_go = batch.leader.deadline < now() + std::min(next_free_, takes) + takes;
  return {!must_go, must_go ? batch.level : 0, kBegun, batch.leader};
}

// Level-0 jobs that are predicted to be late run if nothing else would.
bool DarisBatchedPolicy::begin_late_batch(Lane& lane) {
  const std::optional<ContextId> context = freest_context(lane);
  for (std::size_t group = 0; context && group < lane.late.size(); ++group) {
    std::vector<BacklogJob>& late = lane.late[group];
    if (late.empty()) continue;
    const JobIndex index = batches_.add();
    BegunBatch& batch = batches_[index];
    batch.group = group;
    batch.context = *context;
    batch.stage = StageIndex(0);
    batch.ran = Duration();
    batch.level = 0;
    batch.leader = late.front();
    std::uint32_t inputs = 0;
    const std::uint32_t most = std::max(late.front().inputs, costs_[group].inputs(costs_[group].usual_size()));
    std::size_t taken = 0;
    for (; taken < late.size() && inputs + late[taken].inputs <= most; ++taken) {
      inputs += late[taken].inputs;
      batch.jobs.push_back(late[taken].id);
    }
    late.erase(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(taken));
    batch.size = costs_[group].size_for(inputs);
    launch(index);
    return true;
  }
  return false;
}

void DarisBatchedPolicy::begin_batch(Lane& lane, std::size_t group, ContextId context) {
  GroupBacklog& backlog = lane.groups[group];
  const JobIndex index = batches_.add();
  BegunBatch& batch = batches_[index];
  batch.group = group;
  batch.context = context;
  batch.stage = StageIndex(0);
  batch.ran = Duration();
  batch.level = leading_level(backlog, group);
  batch.leader = backlog.level(batch.level).jobs().front();
  must_go_.clear();
  for (LevelRank level = 0; level < backlog.levels(); ++level) must_go_.push_back(must_go_before(group, level));
  choice_.choose(backlog, costs_[group], batch.level, tasks_[batch.leader.id.task.at()].relative_deadline, now(), must_go_);
  batch.size = choice_.size();
  for (LevelRank level = 0; level < backlog.levels(); ++level) {
    const std::span<const std::uint32_t> places = choice_.jobs(level);
    for (const std::uint32_t place : places) batch.jobs.push_back(backlog.level(level).jobs()[place].id);
    backlog.take(level, places);
  }
  launch(index);
}

void DarisBatchedPolicy::launch(JobIndex index) {
  BegunBatch& batch = batches_[index];
  const SlotId slot = slots_.occupy(batch.context, index);
  batch.launched = now();
  decisions().emplace_back(
      LaunchStage{slot, batch.stage, costs_[batch.group].inputs(batch.size), batch.jobs});
}

}  // namespace daris
