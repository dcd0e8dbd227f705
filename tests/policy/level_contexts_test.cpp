// Which levels may use which contexts: set-ups that are refused, slots that are kept, and the work that the
// levels above leave to do.
#include "policy/level_contexts.h"

#include <gtest/gtest.h>

#include "policy/policy.h"
#include "policy/registry.h"
#include "policy/setup_check.h"

namespace daris {
namespace {

using Levels = std::vector<std::vector<std::uint32_t>>;

PolicySetup setup_of(std::uint32_t contexts, const std::vector<std::uint32_t>& levels_of_tasks) {
  PolicySetup setup;
  setup.contexts = contexts;
  for (const std::uint32_t level : levels_of_tasks) {
    TaskSetup task;
    task.period = task.relative_deadline = Duration::from_ns(100);
    task.level = level;
    task.stage_estimates = {Duration::from_ns(10)};
    setup.tasks.push_back(task);
  }
  return setup;
}

std::string refusal(const PolicySetup& setup, std::string_view policy = "daris") {
  const Status status = check_setup(*find_policy(policy), setup);
  return status.ok() ? "" : status.error().message;
}

TEST(LevelContexts, RefusesListsThatDoNotFit) {
  PolicySetup setup = setup_of(2, {0, 1});
  setup.context_levels = {{0}, {0, 1}};
  EXPECT_EQ(refusal(setup), "");
  EXPECT_EQ(refusal(setup, "static"), "");
  EXPECT_EQ(refusal(setup, "edf"), "policy \"edf\" runs every level in every context; leave \"levels\" out");
  setup.context_levels = {{0}, {0}};
  EXPECT_EQ(refusal(setup), "level 1 of the task set has no context that it may use");
  setup.context_levels = {{0}, {1, 0}};
  EXPECT_EQ(refusal(setup), "levels of context 1: at least one, ascending, is needed");
  setup.context_levels = {{0, 1}};
  EXPECT_EQ(refusal(setup), "the number of contexts with levels is 1; it must be that of contexts (2)");
}

TEST(LevelContexts, KeepsWholeContexts) {
  PolicySetup setup = setup_of(4, {0, 1, 5});
  setup.switches.reserve = {1, 2};
  EXPECT_EQ(refusal(setup), "");
  EXPECT_EQ(settled_context_levels(setup), (Levels{{0}, {0, 1}, {0, 1}, {0, 1, 5}}));
  setup.switches.reserve = {1, 3};
  EXPECT_EQ(refusal(setup),
            "switch \"reserve\": it keeps 4 of 4 slots; at least one context must be left for all levels");
  setup.switches.reserve = {1};
  setup.streams = 2;
  EXPECT_EQ(refusal(setup), "switch \"reserve\": 1 slots are not whole contexts of 2 streams");
  setup.streams = 1;
  setup.context_levels = {{0}, {0, 1}, {1}, {5}};
  EXPECT_EQ(
      refusal(setup),
      "switch \"reserve\": the partition says by itself which levels may use its contexts; leave one out");
}

TEST(LevelContexts, CountsTheSlotsOfEachLevel) {
  PolicySetup setup = setup_of(3, {0, 2});
  setup.streams = 2;
  setup.context_levels = {{0}, {0, 1, 2}, {2}};
  LevelContexts contexts(setup);
  EXPECT_EQ(contexts.slots_left(0), 4U);
  EXPECT_EQ(contexts.slots_left(1), 4U);
  EXPECT_EQ(contexts.count(ContextId(1)), 2U) << "no task has level 1";
  EXPECT_TRUE(contexts.meet(0, 1));
  EXPECT_FALSE(contexts.are_alike(0, 1));
  contexts.lose(ContextId(1));
  EXPECT_EQ(contexts.slots_left(1), 2U);
  EXPECT_FALSE(contexts.meet(0, 1));
}

// Level 0 needs 1.5 slots and has one of its own, so half a slot is what level 1 must leave to it.
TEST(LevelContexts, TakesOffWhatHigherLevelsDoInSlotsOfTheirOwn) {
  PolicySetup setup = setup_of(3, {0, 1});
  setup.batch_groups = {{1, {{1, Duration::from_ns(150)}}}};
  const std::vector<BatchCosts> costs = batch_costs(setup, false);
  LevelFlows flows(1, 2);
  flows.add_task(0, 0, 1, Duration::from_ns(100));
  flows.update(0, costs[0]);
  ASSERT_EQ(flows.of_level(0), 1'500'000'000);
  EXPECT_EQ(LevelContexts(setup).work_above(flows, 1), 1'500'000'000);
  setup.context_levels = {{0}, {0, 1}, {1}};
  EXPECT_EQ(LevelContexts(setup).work_above(flows, 1), 500'000'000);
  setup.context_levels = {{0}, {0}, {0, 1}};
  EXPECT_EQ(LevelContexts(setup).work_above(flows, 1), 0);
  setup.context_levels = {{0}, {1}, {1}};
  EXPECT_EQ(LevelContexts(setup).work_above(flows, 1), 0) << "they share no context";
}

}  // namespace
}  // namespace daris
