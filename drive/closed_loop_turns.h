// Which tasks the contexts of a closed loop take in turn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/ids.h"

namespace daris {

struct ClosedLoopTurns {
  std::vector<std::vector<TaskId>> tasks;  // by turn; contexts of a turn without tasks stand still
  std::vector<std::uint32_t> of_context;   // its turn
};

// All contexts take `tasks` in turn.
[[nodiscard]] ClosedLoopTurns one_turn(std::uint32_t contexts, std::vector<TaskId> tasks);

// Each context takes those of `tasks` whose level may use it. Contexts with the same tasks share a turn.
// `context_levels` is that of policy/setup.h, not empty.
[[nodiscard]] ClosedLoopTurns turns_by_level(std::span<const std::vector<std::uint32_t>> context_levels,
                                             std::span<const std::uint32_t> level_of_task,
                                             std::span<const TaskId> tasks);

// Only the first context whose turn has the task runs, and only this task.
[[nodiscard]] ClosedLoopTurns task_alone(const ClosedLoopTurns& turns, TaskId task);

}  // namespace daris
