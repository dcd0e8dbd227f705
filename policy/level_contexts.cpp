#include "policy/level_contexts.h"

#include <algorithm>

#include "policy/switches.h"

namespace daris {
namespace {

std::vector<bool> permitted_ranks(const std::vector<std::uint32_t>& levels_of_tasks,
                                  const std::vector<std::uint32_t>& permitted) {
  std::vector<bool> permits;
  permits.reserve(levels_of_tasks.size());
  for (const std::uint32_t level : levels_of_tasks)
    permits.push_back(std::binary_search(permitted.begin(), permitted.end(), level));
  return permits;
}

}  // namespace

// The first contexts are kept for level 0, the next ones for levels 0 and 1, and so on.
std::vector<std::vector<std::uint32_t>> settled_context_levels(const PolicySetup& setup) {
  const std::vector<std::uint32_t>& reserve = setup.switches.reserve;
  if (reserve.empty()) return setup.context_levels;
  std::vector<std::vector<std::uint32_t>> levels;
  std::vector<std::uint32_t> kept_for;
  for (std::uint32_t level = 0; level < reserve.size(); ++level) {
    kept_for.push_back(level);
    levels.insert(levels.end(), reserve[level] / setup.streams, kept_for);
  }
  levels.resize(setup.contexts, levels_of(setup));
  return levels;
}

LevelContexts::LevelContexts(const PolicySetup& setup) : streams_(setup.streams) {
  const std::vector<std::uint32_t> levels = levels_of(setup);
  levels_ = levels.size();
  for (std::uint32_t context = 0; context < setup.contexts; ++context) {
    const std::vector<bool> permits =
        permitted_ranks(levels, setup.context_levels.empty() ? levels : setup.context_levels[context]);
    const auto kind =
        std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& one) { return one.permits == permits; });
    kind_of_.push_back(static_cast<std::size_t>(kind - kinds_.begin()));
    if (kind == kinds_.end())
      kinds_.push_back(
          {permits, static_cast<std::uint32_t>(std::count(permits.begin(), permits.end(), true)), 0});
    kinds_[kind_of_.back()].slots_left += streams_;
  }
  for (LevelRank level = 0; level < levels_; ++level) alike_.push_back(first_alike(level));
}

LevelRank LevelContexts::first_alike(LevelRank level) const {
  LevelRank first = 0;
  const auto differ = [&](const Kind& kind) { return kind.permits[first] != kind.permits[level]; };
  while (std::any_of(kinds_.begin(), kinds_.end(), differ)) ++first;
  return first;
}

std::uint32_t LevelContexts::slots_left(LevelRank level) const {
  std::uint32_t slots = 0;
  for (const Kind& kind : kinds_) slots += kind.permits[level] ? kind.slots_left : 0;
  return slots;
}

bool LevelContexts::meet(LevelRank a, LevelRank b) const {
  return std::any_of(kinds_.begin(), kinds_.end(), [&](const Kind& kind) {
    return kind.slots_left > 0 && kind.permits[a] && kind.permits[b];
  });
}

std::int64_t LevelContexts::work_above(const LevelFlows& flows, LevelRank level) const {
  std::int64_t work_ppb = 0;
  std::int64_t own_slots = 0;
  for (LevelRank above = 0; above < level; ++above) {
    if (meet(above, level)) work_ppb += flows.of_level(above);
  }
  for (const Kind& kind : kinds_) {
    bool is_own = false;
    for (LevelRank above = 0; above < level && !kind.permits[level]; ++above)
      is_own = is_own || (kind.permits[above] && meet(above, level));
    if (is_own) own_slots += kind.slots_left;
  }
  return std::max<std::int64_t>(0, work_ppb - own_slots * kPartsPerWhole);
}

void LevelContexts::lose(ContextId context) { kinds_[kind_of_[context.at()]].slots_left -= streams_; }

}  // namespace daris
