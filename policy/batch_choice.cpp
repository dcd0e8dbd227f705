#include "policy/batch_choice.h"

#include <algorithm>
#include <utility>

#include "base/wide_integer.h"

namespace daris {

BatchChoice::BatchChoice(std::size_t levels, std::size_t jobs_foreseen, const PolicySwitches& switches)
    : joins_(switches.join),
      by_rate_(switches.size == BatchSize::kRate),
      best_(levels, jobs_foreseen),
      other_(levels, jobs_foreseen),
      next_(levels),
      ends_(levels) {}

void BatchChoice::choose(const BatchSource& source, Time now) {
  const BatchCosts& costs = source.costs;
  const BacklogJob& leader = source.group.level(source.leading).jobs().front();
  const std::size_t least = costs.size_for(leader.inputs);
  fill(source, least, now);
  std::swap(best_, other_);
  for (std::size_t size = least + 1; size < costs.tried_sizes(); ++size) {
    if (!costs.suits(size, source.relative_deadline)) continue;
    if (end_for(source.leading, source, size, now) > leader.deadline) continue;
    fill(source, size, now);
    if (other_is_better(costs)) std::swap(best_, other_);
  }
}

// Jobs of level 0 are only put into a batch larger than the least if it will hardly make them late. The least
// batch runs as long as there is hope for them.
Time BatchChoice::end_for(LevelRank level, const BatchSource& source, std::size_t size, Time now) {
  const BatchCosts& costs = source.costs;
  if (level != 0 || !source.level0_is_certain) return now + costs.will_take(size);
  const bool is_least = size == costs.size_for(source.group.level(source.leading).jobs().front().inputs);
  return now + (is_least ? costs.may_take(size) : costs.surely_takes(size));
}

// First those that must go now, level by level, then the others by deadline.
void BatchChoice::fill(const BatchSource& source, std::size_t size, Time now) {
  const GroupBacklog& group = source.group;
  other_.size = size;
  other_.inputs = 0;
  other_.full = false;
  for (LevelRank level = 0; level < group.levels(); ++level) {
    other_.jobs[level].clear();
    next_[level] = 0;
    ends_[level] = end_for(level, source, size, now);
  }
  for (LevelRank level = 0; level < group.levels(); ++level) {
    const std::span<const BacklogJob> waiting = group.level(level).jobs();
    while (joins(source, level) && !other_.full && next_[level] < waiting.size() &&
           waiting[next_[level]].deadline < source.must_go_before[level])
      offer(source, level);
  }
  while (!other_.full) {
    LevelRank first = group.levels();
    for (LevelRank level = 0; level < group.levels(); ++level) {
      if (!joins(source, level) || next_[level] == group.level(level).jobs().size()) continue;
      const Time deadline = group.level(level).jobs()[next_[level]].deadline;
      if (first == group.levels() || deadline < group.level(first).jobs()[next_[first]].deadline)
        first = level;
    }
    if (first == group.levels()) return;
    offer(source, first);
  }
}

// Takes the level's next job if it would be in time and fits. A job that would be late is passed over.
void BatchChoice::offer(const BatchSource& source, LevelRank level) {
  const std::uint32_t place = next_[level]++;
  const BacklogJob& job = source.group.level(level).jobs()[place];
  if (ends_[level] > job.deadline) return;
  other_.full = other_.inputs + job.inputs > source.costs.inputs(other_.size);
  if (other_.full) return;
  other_.inputs += job.inputs;
  other_.jobs[level].push_back(place);
}

bool BatchChoice::other_is_better(const BatchCosts& costs) const {
  if (!by_rate_) return other_.inputs > best_.inputs;
  return WideInteger{other_.inputs} * costs.costs(best_.size).ns() >
         WideInteger{best_.inputs} * costs.costs(other_.size).ns();
}

}  // namespace daris
