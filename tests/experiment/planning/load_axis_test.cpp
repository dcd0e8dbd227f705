#include "experiment/planning/load_axis.h"

#include <gtest/gtest.h>

#include "base/json/json.h"

namespace daris {
namespace {

// Two groups of 4 and 8 tasks at 100 Hz; the GPU does 1000 jobs of either a second, so the load is 1.2.
TaskSet two_groups() {
  TaskSet set{"set", {{}, {}}};
  for (std::size_t g = 0; g < set.groups.size(); ++g) {
    TaskGroup& group = set.groups[g];
    group.name = g == 0 ? "a" : "b";
    group.count = g == 0 ? 4 : 8;
    group.priority = static_cast<std::uint32_t>(g);
    group.period = group.deadline = Duration::from_ns(10'000'000);
  }
  return set;
}

Json as_written() {
  Json point = {{"load_reached", 1.2}, {"loads", Json::array()}};
  for (const char* const name : {"a", "b"})
    point["loads"].push_back({{"task", name}, {"saturation_jobs_per_s", 1000.0}});
  return point;
}

LoadScale scale_of(LoadAxis axis) { return {axis, RunConfig(), two_groups(), as_written()}; }

TEST(LoadAxis, HasThreeNames) {
  for (const LoadAxis axis : {LoadAxis::kLoad, LoadAxis::kRate, LoadAxis::kTasks})
    EXPECT_EQ(parse_load_axis(to_text(axis)).value(), axis);
  EXPECT_EQ(parse_load_axis("speed").error().message, "\"speed\" is no axis; load, rate or tasks is needed");
}

TEST(LoadAxis, GivesLoadFactorOrTasks) {
  EXPECT_DOUBLE_EQ(scale_of(LoadAxis::kLoad).reached(2.4).value().value, 2.4);
  EXPECT_NEAR(scale_of(LoadAxis::kRate).reached(2.4).value().value, 2, 1e-6);
  EXPECT_EQ(scale_of(LoadAxis::kRate).reached(2.4).value().tasks, 12U);
  EXPECT_EQ(scale_of(LoadAxis::kTasks).reached(2.4).value().value, 24);
}

TEST(LoadAxis, KnowsLoadsOfEqualTasks) {
  const LoadScale tasks = scale_of(LoadAxis::kTasks);
  EXPECT_EQ(tasks.reached(1.2).value().tasks_of_set, tasks.reached(1.201).value().tasks_of_set);
  EXPECT_NE(tasks.reached(1.2).value().tasks_of_set, tasks.reached(1.3).value().tasks_of_set);
  const LoadScale rates = scale_of(LoadAxis::kRate);
  EXPECT_NE(rates.reached(1.2).value().tasks_of_set, rates.reached(1.201).value().tasks_of_set);
}

TEST(LoadAxis, MakesConfigurations) {
  EXPECT_EQ(scale_of(LoadAxis::kRate).at(2).scaling.load_by, LoadBy::kRate);
  EXPECT_EQ(scale_of(LoadAxis::kTasks).at(2).scaling.load_by, LoadBy::kCount);
  EXPECT_EQ(scale_of(LoadAxis::kTasks).at(2).scaling.load, 2);
}

TEST(LoadAxis, StaysInsideWhatASetMayHave) {
  TaskSet many = two_groups();
  many.groups[0].count = 4000;
  many.groups[1].count = 4000;
  Json written = as_written();
  written["load_reached"] = 0.8;
  for (Json& load : written["loads"]) load["saturation_jobs_per_s"] = 1'000'000.0;
  const LoadScale scale(LoadAxis::kLoad, RunConfig(), many, written);
  const LoadRange range = scale.range(0.01);
  EXPECT_EQ(range.start, 0.8);
  EXPECT_TRUE(scale.reached(range.most).ok());
  EXPECT_LE(scale.reached(range.most).value().tasks, 10'000U);
  EXPECT_FALSE(scale.reached(range.most * 1.2).ok());
}

}  // namespace
}  // namespace daris
