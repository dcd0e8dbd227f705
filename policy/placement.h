// The context in which each task is at home (docs/scheduler.md, "Placement").
#pragma once

#include <span>
#include <vector>

#include "policy/context_loads.h"
#include "policy/ids.h"
#include "policy/setup.h"
#include "policy/slot_table.h"

namespace daris {

// All tasks, level by level, and within a level in the order given.
[[nodiscard]] std::vector<TaskId> tasks_by_level(const PolicySetup& setup);

// Gives each of `tasks`, in this order, a home: of the contexts that are left, the one with the least total;
// of equals the lowest number. REQUIRES: a context is left; none of `tasks` counts at a home now.
void place_tasks(std::span<const TaskId> tasks, const SlotTable& slots, ContextLoads& loads);

}  // namespace daris
