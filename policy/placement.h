// The context in which each task is at home (docs/scheduler.md, "Placement").
#pragma once

#include <span>
#include <vector>

#include "policy/context_loads.h"
#include "policy/ids.h"
#include "policy/level_contexts.h"
#include "policy/setup.h"
#include "policy/slot_table.h"

namespace daris {

// All tasks, level by level, and within a level in the order given.
[[nodiscard]] std::vector<TaskId> tasks_by_level(const PolicySetup& setup);

// Gives each of `tasks`, in this order, a home: of the contexts that are left and that its level may use, the
// one with the least total; of equals the lowest number. REQUIRES: there is such a context for each; none of
// `tasks` counts at a home now.
void place_tasks(std::span<const TaskId> tasks, const SlotTable& slots, const LevelContexts& levels,
                 ContextLoads& loads);

}  // namespace daris
