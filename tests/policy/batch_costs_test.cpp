// The sizes that batches may have: how long a batch of others may keep level 0 waiting.
#include "policy/batch_costs.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace daris {
namespace {

constexpr Duration kShort = Duration::from_ns(100);
constexpr Duration kLong = Duration::from_ns(1000);

TaskSetup task_of(std::uint32_t level, std::uint32_t group, Duration deadline) {
  TaskSetup task;
  task.period = task.relative_deadline = deadline;
  task.level = level;
  task.batch_group = group;
  task.stage_estimates = {Duration::from_ns(50)};
  return task;
}

// A task of level 0 with a short deadline, and one of level 1 in a group of its own. Batches of 1 and 4 cost
// 50 and 200.
PolicySetup urgent_beside_others(std::vector<std::vector<std::uint32_t>> context_levels) {
  PolicySetup setup;
  setup.contexts = 2;
  setup.context_levels = std::move(context_levels);
  setup.tasks = {task_of(0, 0, kShort), task_of(1, 1, kLong)};
  setup.batch_groups.assign(2, {4, {{1, Duration::from_ns(50)}, {4, Duration::from_ns(200)}}});
  return setup;
}

// The largest batch, in inputs, of which the task of level 1 is the most urgent.
std::uint32_t largest_of_level_1(const PolicySetup& setup, bool short_batches = true) {
  const std::vector<BatchCosts> costs = batch_costs(setup, short_batches);
  return costs[1].inputs(costs[1].usual_size());
}

TEST(BatchCosts, AreShortWhereLevel0WouldWait) {
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({})), 1U);
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({{0, 1}, {0, 1}})), 1U);
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({{0}, {0, 1}})), 1U) << "its own may be busy";
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({}), false), 4U);
}

TEST(BatchCosts, AreFreeBesideContextsOfLevel0Alone) {
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({{0}, {1}})), 4U);
  EXPECT_EQ(largest_of_level_1(urgent_beside_others({{0, 7}, {1}})), 4U) << "no task has level 7";
}

TEST(BatchCosts, AreShortBesideLevel0OfSeveralDeadlines) {
  PolicySetup setup = urgent_beside_others({{0}, {1}});
  setup.tasks.push_back(task_of(0, 1, kLong));
  EXPECT_EQ(largest_of_level_1(setup), 1U);
}

}  // namespace
}  // namespace daris
