#include "policy/batch_promise.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/wide_integer.h"
#include "policy/switches.h"

namespace daris {

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
    const Duration takes = costs.will_take(chunk.size);
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
  const BatchCosts& costs = view.costs[group];
  const std::uint32_t usual = costs.inputs(costs.usual_size());
  Chunk chunk;
  std::uint32_t inputs = 0;
  const auto close = [&] {
    if (inputs == 0) return;
    chunk.size = costs.size_for(inputs);
    chunks_.push_back(chunk);
    inputs = 0;
  };
  const auto put = [&](LevelRank rank, const BacklogJob& job, bool is_tested) {
    const bool ends = inputs + job.inputs > usual || !view.levels->are_alike(rank, chunk.level);
    if (inputs > 0 && ends) close();
    if (inputs == 0) chunk = {rank, job, group, 0, Time::never(), false};
    inputs += job.inputs;
    chunk.has_tested = chunk.has_tested || is_tested;
    if (rank == level && !is_tested) chunk.due = std::min(chunk.due, job.deadline);
  };
  for (LevelRank rank = 0; rank <= level; ++rank) {
    bool put_tested = tested == nullptr || rank != level;
    for (const BacklogJob& job : view.groups[group].level(rank).jobs()) {
      if (!put_tested && tested->job < job) {
        put(rank, tested->job, true);
        put_tested = true;
      }
      put(rank, job, false);
    }
    if (!put_tested) put(rank, tested->job, true);
  }
  close();
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
