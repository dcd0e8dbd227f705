#include "policy/batch_choice.h"

#include <algorithm>
#include <utility>

#include "base/wide_integer.h"

namespace daris {

void BatchChoice::choose(const GroupBacklog& group, const BatchCosts& costs, LevelRank leading,
                         Duration relative_deadline, Time now, std::span<const Time> must_go_before) {
  leading_ = leading;
  must_go_before_ = must_go_before;
  next_.resize(group.levels());
  const BacklogJob& leader = group.level(leading).jobs().front();
  const std::size_t least = costs.size_for(leader.inputs);
  const Time least_end = now + costs.will_take(least);
  fill(group, costs, least, least_end, least_end);
  std::swap(best_, other_);
  for (std::size_t size = least + 1; size < costs.tried_sizes(); ++size) {
    const Time end = now + costs.will_take(size);
    const Time safe_end = now + costs.surely_takes(size);
    if (3 * costs.costs(size).ns() > 2 * relative_deadline.ns()) continue;
    if ((leading == 0 && protects_first_ ? safe_end : end) > leader.deadline) continue;
    fill(group, costs, size, end, safe_end);
    if (other_is_better(costs)) std::swap(best_, other_);
  }
}

void BatchChoice::fill(const GroupBacklog& group, const BatchCosts& costs, std::size_t size, Time end,
                       Time safe_end) {
  other_.size = size;
  other_.inputs = 0;
  for (std::vector<std::uint32_t>& jobs : other_.jobs) jobs.clear();
  bool full = false;
  const auto offer = [&](LevelRank level) {
    const BacklogJob& job = group.level(level).jobs()[next_[level]];
    const std::uint32_t place = next_[level]++;
    if ((level == 0 && protects_first_ ? safe_end : end) > job.deadline) return;
    full = other_.inputs + job.inputs > costs.inputs(size);
    if (full) return;
    other_.inputs += job.inputs;
    other_.jobs[level].push_back(place);
  };
  for (LevelRank level = 0; level < group.levels() && !full; ++level) {
    next_[level] = 0;
    if (!joins_ && level != leading_) continue;
    const std::span<const BacklogJob> waiting = group.level(level).jobs();
    while (!full && next_[level] < waiting.size() && waiting[next_[level]].deadline < must_go_before_[level])
      offer(level);
  }
  while (!full) {
    LevelRank first = group.levels();
    for (LevelRank level = 0; level < group.levels(); ++level) {
      if (!joins_ && level != leading_) continue;
      const std::span<const BacklogJob> waiting = group.level(level).jobs();
      if (next_[level] == waiting.size()) continue;
      if (first == group.levels() || waiting[next_[level]].deadline < group.level(first).jobs()[next_[first]].deadline) first = level;
    }
    if (first == group.levels()) return;
    offer(first);
  }
}

bool BatchChoice::other_is_better(const BatchCosts& costs) const {
  if (!by_rate_) return other_.inputs > best_.inputs;
  return WideInteger{other_.inputs} * costs.costs(best_.size).ns() >
         WideInteger{best_.inputs} * costs.costs(other_.size).ns();
}

}  // namespace daris
