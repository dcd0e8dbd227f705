#include "policy/batch_urgency.h"

#include <algorithm>

namespace daris {
namespace {

constexpr std::uint32_t kBegun = 0;
constexpr std::uint32_t kFull = 1;
constexpr std::uint32_t kOther = 2;

}  // namespace

BatchUrgency::BatchUrgency(std::size_t levels, const PolicySwitches& switches)
    : by_level_(switches.order == BatchOrder::kLevel),
      full_first_(switches.full_first),
      must_go_before_(levels) {}

std::span<const Time> BatchUrgency::must_go_before(const BatchCosts& costs) {
  for (LevelRank level = 0; level < must_go_before_.size(); ++level)
    must_go_before_[level] = must_go_before(level, costs);
  return must_go_before_;
}

// Jobs that waited for the next slot would end by then, in a batch of the usual size.
Time BatchUrgency::must_go_before(LevelRank level, const BatchCosts& costs) const {
  if (by_level_) return Time::never();
  const std::size_t usual = costs.usual_size();
  const bool safely = level == 0 && level0_is_certain_;
  return now_ + std::min(next_free_, costs.will_take(usual)) +
         (safely ? costs.surely_takes(usual) : costs.will_take(usual));
}

LevelRank BatchUrgency::leading_level(const GroupBacklog& group, const BatchCosts& costs) const {
  LevelRank earliest = group.levels();
  for (LevelRank level = 0; level < group.levels(); ++level) {
    if (group.level(level).empty()) continue;
    const Time deadline = group.level(level).jobs().front().deadline;
    if (deadline < must_go_before(level, costs)) return level;
    if (earliest == group.levels() || deadline < group.level(earliest).jobs().front().deadline)
      earliest = level;
  }
  return earliest;
}

BatchRank BatchUrgency::rank_of(const GroupBacklog& group, const BatchCosts& costs) const {
  const LevelRank level = leading_level(group, costs);
  const BacklogJob& first = group.level(level).jobs().front();
  const bool full = full_first_ && group.inputs() >= costs.inputs(costs.usual_size());
  return ranked(first.deadline < must_go_before(level, costs), level, full ? kFull : kOther, first);
}

BatchRank BatchUrgency::rank_of(const BegunBatch& batch, const BatchCosts& costs) const {
  const Duration takes = costs.will_take_from(batch.size, batch.stage);
  const bool must_go = by_level_ || batch.leader.deadline < now_ + std::min(next_free_, takes) + takes;
  return ranked(must_go, batch.level, kBegun, batch.leader);
}

BatchRank BatchUrgency::ranked(bool must_go, LevelRank level, std::uint32_t kind,
                               const BacklogJob& first) const {
  return {!must_go, must_go ? level : 0, kind, first};
}

}  // namespace daris
