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
  const bool safely = level == 0 && view_.level0_is_certain;
  return view_.now + std::min(view_.next_free[level], costs.will_take(usual)) +
         (safely ? costs.surely_takes(usual) : costs.will_take(usual));
}

bool BatchUrgency::has_open_job(const GroupBacklog& group) const {
  for (LevelRank level = 0; level < group.levels(); ++level) {
    if (is_open(group, level)) return true;
  }
  return false;
}

LevelRank BatchUrgency::leading_level(const GroupBacklog& group, const BatchCosts& costs) const {
  LevelRank earliest = group.levels();
  for (LevelRank level = 0; level < group.levels(); ++level) {
    if (!is_open(group, level)) continue;
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
  std::uint64_t inputs = 0;
  for (LevelRank open = 0; open < group.levels(); ++open)
    inputs += is_open(group, open) ? group.level(open).inputs() : 0;
  const bool full = full_first_ && inputs >= costs.inputs(costs.usual_size());
  return ranked(first.deadline < must_go_before(level, costs), level, full ? kFull : kOther, first);
}

BatchRank BatchUrgency::rank_of(const BegunBatch& batch, const BatchCosts& costs) const {
  const Duration takes = costs.will_take_from(batch.size, batch.stage);
  const Duration next_free = view_.next_free[batch.level];
  const bool must_go = by_level_ || batch.leader.deadline < view_.now + std::min(next_free, takes) + takes;
  return ranked(must_go, batch.level, kBegun, batch.leader);
}

BatchRank BatchUrgency::ranked(bool must_go, LevelRank level, std::uint32_t kind,
                               const BacklogJob& first) const {
  return {!must_go, must_go ? level : 0, kind, first};
}

}  // namespace daris
