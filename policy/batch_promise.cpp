#include "policy/batch_promise.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/wide_integer.h"
#include "policy/switches.h"

namespace daris {
namespace {

Duration doubted(const BatchCosts& costs, std::size_t size, std::int64_t doubt_ppb) {
  const Duration takes = costs.will_take(size);
  const std::int64_t delay_ns = (costs.surely_takes(size) - takes).ns();
  return takes + Duration::from_ns(multiply_divide(delay_ns, doubt_ppb, kPartsPerWhole));
}

}  // namespace

// Makes chunks of one group's jobs, which come in order. Most jobs bring one input: then a chunk is cut at
// once, however many jobs it has.
class BatchPromise::Cutter {
 public:
  Cutter(BatchPromise& promise, const PromiseView& view, std::size_t group, LevelRank level)
      : chunks_(promise.chunks_),
        costs_(view.costs[group]),
        levels_(*view.levels),
        group_(group),
        level_(level),
        usual_(costs_.inputs(costs_.usual_size())) {}

  // The jobs of one level, by deadline.
  void put_all(LevelRank rank, std::span<const BacklogJob> jobs, bool of_single_inputs) {
    while (!jobs.empty()) {
      begin(rank, jobs.front());
      // Of the chunk's jobs of that level, the first one's deadline is the earliest.
      if (rank == level_) chunk_.due = std::min(chunk_.due, jobs.front().deadline);
      const std::size_t room = usual_ > inputs_ ? usual_ - inputs_ : 1;
      const std::size_t count = of_single_inputs ? std::min(room, jobs.size()) : 1;
      inputs_ += of_single_inputs ? static_cast<std::uint32_t>(count) : jobs.front().inputs;
      jobs = jobs.subspan(count);
    }
  }

  void put_tested(const BacklogJob& job) {
    begin(level_, job);
    inputs_ += job.inputs;
    chunk_.has_tested = true;
  }

  void close() {
    if (inputs_ == 0) return;
    chunk_.size = costs_.size_for(inputs_);
    chunks_.push_back(chunk_);
    inputs_ = 0;
  }

 private:
  // Sees to it that the job may join the chunk.
  void begin(LevelRank rank, const BacklogJob& job) {
    if (inputs_ + job.inputs > usual_ || (inputs_ > 0 && !levels_.are_alike(rank, chunk_.level))) close();
    if (inputs_ == 0) chunk_ = {rank, job, group_, 0, Time::never(), false};
  }

  std::vector<Chunk>& chunks_;
  const BatchCosts& costs_;
  const LevelContexts& levels_;
  std::size_t group_;
  LevelRank level_;
  std::uint32_t usual_;
  Chunk chunk_;
  std::uint32_t inputs_ = 0;
};

bool BatchPromise::keeps(const PromiseView& view, const PromisedJob& job) {
  const Outcome with = predict(view, job.level, &job);
  if (with.finish > job.allowed) return false;
  if (!guard_ || with.late_chunks == 0) return true;
  return with.late_chunks <= predict(view, job.level, nullptr).late_chunks;
}

bool BatchPromise::is_crowded(const PromiseView& view, const PromisedJob& job) {
  Duration work;
  for (std::size_t group = 0; group < view.groups.size(); ++group)
    work += view.costs[group].costs_in_usual_batches(view.groups[group].level(job.level).inputs());
  const auto slots = std::count_if(free_slots_.begin(), free_slots_.end(), [&](const SlotFree& slot) {
    return view.levels->permits(slot.context, job.level);
  });
  const BatchCosts& costs = view.costs[job.group];
  const std::size_t size = std::max(costs.usual_size(), costs.size_for(job.job.inputs));
  return view.now + Duration::from_ns(work.ns() / slots) + costs.costs(size) > job.allowed;
}

BatchPromise::Outcome BatchPromise::predict(const PromiseView& view, LevelRank level,
                                            const PromisedJob* tested) {
  chunks_.clear();
  for (std::size_t group = 0; group < view.groups.size(); ++group) {
    const bool of_tested = tested != nullptr && tested->group == group;
    if (of_tested || !view.groups[group].empty()) cut(view, group, level, of_tested ? tested : nullptr);
  }
  std::sort(chunks_.begin(), chunks_.end(), [](const Chunk& a, const Chunk& b) {
    return std::tie(a.level, a.first) < std::tie(b.level, b.first);
  });
  free_ = free_slots_;
  placed_.assign(view.levels->levels(), Duration());
  Outcome outcome;
  for (const Chunk& chunk : chunks_) {
    const BatchCosts& costs = view.costs[chunk.group];
    const Duration start = place(chunk, view);
    if (chunk.due == Time::never() && !chunk.has_tested) continue;
    const Duration takes = doubted(costs, chunk.size, view.doubt_ppb);
    const auto finish = [&](Time due) { return view.now + start + takes + work_ahead(view, due, takes); };
    if (chunk.has_tested) outcome.finish = finish(tested->allowed);
    if (chunk.due != Time::never() && finish(chunk.due) > chunk.due) ++outcome.late_chunks;
  }
  return outcome;
}

// Cuts the group's jobs of the tested level and above, in order, into batches of the usual size. A batch
// has no jobs of levels that may use different contexts.
void BatchPromise::cut(const PromiseView& view, std::size_t group, LevelRank level,
                       const PromisedJob* tested) {
  Cutter cutter(*this, view, group, level);
  for (LevelRank rank = 0; rank <= level; ++rank) {
    const LevelBacklog& backlog = view.groups[group].level(rank);
    const std::span<const BacklogJob> jobs = backlog.jobs();
    if (tested == nullptr || rank != level) {
      cutter.put_all(rank, jobs, backlog.is_of_single_inputs());
      continue;
    }
    const auto behind = std::upper_bound(jobs.begin(), jobs.end(), tested->job);
    const auto before = static_cast<std::size_t>(behind - jobs.begin());
    cutter.put_all(rank, jobs.first(before), backlog.is_of_single_inputs());
    cutter.put_tested(tested->job);
    cutter.put_all(rank, jobs.subspan(before), backlog.is_of_single_inputs());
  }
  cutter.close();
}

// Places the chunk and returns when it would start, from now on.
Duration BatchPromise::place(const Chunk& chunk, const PromiseView& view) {
  if (by_list_) return start_by_list(chunk, view);
  const Duration start = start_by_work(chunk, view);
  placed_[chunk.level] += view.costs[chunk.group].costs(chunk.size);
  return start;
}

// It gets the slot that is free first; of equals, one that is for the fewest levels.
Duration BatchPromise::start_by_list(const Chunk& chunk, const PromiseView& view) {
  SlotFree* first = nullptr;
  for (SlotFree& slot : free_) {
    if (!view.levels->permits(slot.context, chunk.level)) continue;
    const bool is_first =
        first == nullptr || slot.after < first->after ||
        (slot.after == first->after && view.levels->count(slot.context) < view.levels->count(first->context));
    if (is_first) first = &slot;
  }
  DARIS_CHECK(first != nullptr);
  const Duration start = first->after;
  first->after += view.costs[chunk.group].costs(chunk.size);
  return start;
}

Duration BatchPromise::start_by_work(const Chunk& chunk, const PromiseView& view) const {
  Duration work;
  std::int64_t slots = 0;
  for (const SlotFree& slot : free_) {
    if (!view.levels->permits(slot.context, chunk.level)) continue;
    work += slot.after;
    ++slots;
  }
  for (LevelRank level = 0; level < placed_.size(); ++level) {
    if (view.levels->meet(level, chunk.level)) work += placed_[level];
  }
  DARIS_CHECK(slots > 0);
  return Duration::from_ns(work.ns() / slots);
}

// The time for which higher levels would keep the slots from a batch that must start before it is late.
Duration BatchPromise::work_ahead(const PromiseView& view, Time due, Duration takes) const {
  if (ahead_ == Ahead::kOff || view.ahead_ppb == 0) return Duration();
  const Time until = ahead_ == Ahead::kLatestStart ? due - takes : due;
  const std::int64_t wait_ns = std::max<std::int64_t>(0, (until - view.now).ns());
  return Duration::from_ns(multiply_divide(wait_ns, view.ahead_ppb, kPartsPerWhole));
}

}  // namespace daris
