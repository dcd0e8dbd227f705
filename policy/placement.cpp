#include "policy/placement.h"

#include <algorithm>
#include <optional>

namespace daris {
namespace {

ContextId least_total(const SlotTable& slots, const LevelContexts& levels, const ContextLoads& loads,
                      LevelRank level) {
  std::optional<ContextId> least;
  for (std::uint32_t c = 0; c < slots.contexts(); ++c) {
    const ContextId context(c);
    if (slots.is_lost(context) || !levels.permits(context, level)) continue;
    if (!least || loads.total(context) < loads.total(*least)) least = context;
  }
  DARIS_CHECK(least.has_value());
  return *least;
}

}  // namespace

std::vector<TaskId> tasks_by_level(const PolicySetup& setup) {
  std::vector<TaskId> tasks;
  for (std::uint32_t t = 0; t < setup.tasks.size(); ++t) tasks.emplace_back(t);
  std::stable_sort(tasks.begin(), tasks.end(),
                   [&](TaskId a, TaskId b) { return setup.tasks[a.at()].level < setup.tasks[b.at()].level; });
  return tasks;
}

void place_tasks(std::span<const TaskId> tasks, const SlotTable& slots, const LevelContexts& levels,
                 ContextLoads& loads) {
  for (const TaskId task : tasks)
    loads.set_home(task, least_total(slots, levels, loads, loads.level_rank(task)));
}

}  // namespace daris
