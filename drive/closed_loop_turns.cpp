#include "drive/closed_loop_turns.h"

#include <algorithm>
#include <utility>

namespace daris {
namespace {

bool permits(const std::vector<std::uint32_t>& levels, std::uint32_t level) {
  return std::find(levels.begin(), levels.end(), level) != levels.end();
}

}  // namespace

ClosedLoopTurns one_turn(std::uint32_t contexts, std::vector<TaskId> tasks) {
  return {{std::move(tasks)}, std::vector<std::uint32_t>(contexts, 0)};
}

ClosedLoopTurns turns_by_level(std::span<const std::vector<std::uint32_t>> context_levels,
                               std::span<const std::uint32_t> level_of_task, std::span<const TaskId> tasks) {
  ClosedLoopTurns turns;
  for (const std::vector<std::uint32_t>& levels : context_levels) {
    std::vector<TaskId> taken;
    for (const TaskId task : tasks) {
      if (permits(levels, level_of_task[task.at()])) taken.push_back(task);
    }
    const auto known = std::find(turns.tasks.begin(), turns.tasks.end(), taken);
    turns.of_context.push_back(static_cast<std::uint32_t>(known - turns.tasks.begin()));
    if (known == turns.tasks.end()) turns.tasks.push_back(std::move(taken));
  }
  return turns;
}

ClosedLoopTurns task_alone(const ClosedLoopTurns& turns, TaskId task) {
  ClosedLoopTurns alone = one_turn(static_cast<std::uint32_t>(turns.of_context.size()), {});
  alone.tasks.push_back({task});
  for (std::size_t context = 0; context < turns.of_context.size(); ++context) {
    const std::vector<TaskId>& taken = turns.tasks[turns.of_context[context]];
    if (std::find(taken.begin(), taken.end(), task) == taken.end()) continue;
    alone.of_context[context] = 1;
    break;
  }
  return alone;
}

}  // namespace daris
