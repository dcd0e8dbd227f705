#include "policy/batch_choice.h"

#include <algorithm>
#include <utility>

#include "base/wide_integer.h"

namespace daris {

void BatchChoice::choose(const GroupBacklog& group, const BatchCosts& costs, Duration relative_deadline,
                         Time now) {
  const BacklogJob& leader = group.level(group.first_level()).jobs().front();
  const std::size_t least = costs.size_for(leader.inputs);
  const Time earliest_end = now + costs.will_take(least);
  if (earliest_end > leader.deadline) return fill_late(group, costs, earliest_end);
  fill(group, costs, least, Takes::kInTime, earliest_end);
  std::swap(best_, other_);
  for (std::size_t size = least + 1; size < costs.tried_sizes(); ++size) {
    if (3 * costs.costs(size).ns() > 2 * relative_deadline.ns()) continue;
    if (now + costs.will_take(size) > leader.deadline) continue;
    fill(group, costs, size, Takes::kInTime, now + costs.will_take(size));
    if (other_is_better(costs)) std::swap(best_, other_);
  }
}

// Late jobs go together: one by one they would take the time of those that can still be in time.
void BatchChoice::fill_late(const GroupBacklog& group, const BatchCosts& costs, Time earliest_end) {
  const BacklogJob& leader = group.level(group.first_level()).jobs().front();
  fill(group, costs, std::max(costs.usual_size(), costs.size_for(leader.inputs)), Takes::kLate, earliest_end);
  std::swap(best_, other_);
  best_.size = costs.size_for(best_.inputs);
}

void BatchChoice::fill(const GroupBacklog& group, const BatchCosts& costs, std::size_t size, Takes takes,
                       Time end) {
  const LevelRank first = group.first_level();
  other_.size = size;
  other_.inputs = 0;
  for (std::vector<std::uint32_t>& jobs : other_.jobs) jobs.clear();
  for (LevelRank level = first; level < (joins_ ? group.levels() : first + 1); ++level) {
    const std::span<const BacklogJob> waiting = group.level(level).jobs();
    for (std::uint32_t place = 0; place < waiting.size(); ++place) {
      const BacklogJob& job = waiting[place];
      if ((end > job.deadline) != (takes == Takes::kLate)) continue;
      if (other_.inputs + job.inputs > costs.inputs(size)) return;
      other_.inputs += job.inputs;
      other_.jobs[level].push_back(place);
    }
  }
}

bool BatchChoice::other_is_better(const BatchCosts& costs) const {
  if (!by_rate_) return other_.inputs > best_.inputs;
  return WideInteger{other_.inputs} * costs.costs(best_.size).ns() >
         WideInteger{best_.inputs} * costs.costs(other_.size).ns();
}

}  // namespace daris
