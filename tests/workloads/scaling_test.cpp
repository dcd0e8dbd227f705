#include "workloads/scaling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TaskGroup group_of(const std::string& name, std::uint32_t priority, std::uint32_t count, double rate_hz) {
  TaskGroup group;
  group.name = name;
  group.priority = priority;
  group.count = count;
  group.model = "resnet18";
  group.period = Duration::from_ns(static_cast<std::int64_t>(1e9 / rate_hz));
  group.deadline = group.period;
  return group;
}

// 480 jobs/s on level 0, 960 below.
TaskSet paper_set() { return {"paper", {group_of("high", 0, 16, 25), group_of("low", 1, 32, 25)}}; }

std::vector<std::uint32_t> counts(const ScaledTaskSet& scaled) {
  std::vector<std::uint32_t> numbers;
  for (const TaskGroup& group : scaled.set.groups) numbers.push_back(group.count);
  return numbers;
}

Scaling scaling_of(std::optional<double> load, std::optional<double> mix = {}, LoadBy by = LoadBy::kCount) {
  Scaling scaling;
  scaling.load = load;
  scaling.load_by = by;
  scaling.priority_mix = mix;
  return scaling;
}

TEST(Scaling, LeavesASetAsWrittenAndSaysItsLoad) {
  const ScaledTaskSet scaled = scale(paper_set(), {}, {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(16, 32));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 1.2);
}

TEST(Scaling, ByCountReachesTheLoadThatWholeTasksCan) {
  // 1.5 * 1000 / 25 = 60 tasks.
  const ScaledTaskSet scaled = scale(paper_set(), scaling_of(1.5), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(20, 40));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 1.5);
  EXPECT_EQ(scaled.set.groups[0].period.ns(), 40'000'000);
}

TEST(Scaling, RoundsCountsHalfUp) {
  // Factor 1.03125: 16.5 and 33.
  EXPECT_THAT(counts(scale(paper_set(), scaling_of(1.2375), {1000, 1000}).value()), ElementsAre(17, 33));
  // Factor 0.96875: 15.5 and 31.
  EXPECT_THAT(counts(scale(paper_set(), scaling_of(1.1625), {1000, 1000}).value()), ElementsAre(16, 31));
}

TEST(Scaling, KeepsOneTaskAGroup) {
  const ScaledTaskSet scaled = scale(paper_set(), scaling_of(0.001), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(1, 1));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 0.05);
}

TEST(Scaling, CountsDemandAgainstEachGroupsOwnCapacity) {
  EXPECT_DOUBLE_EQ(scale(paper_set(), {}, {400, 1600}).value().demand_load, 1.5);
}

TEST(Scaling, ByRateKeepsTasksAndStretchesTimes) {
  TaskSet set = paper_set();
  set.groups[0].deadline = Duration::from_ns(20'000'000);
  set.groups[0].offset = Duration::from_ns(1'000'000);
  set.groups[1].arrival.kind = ArrivalKind::kSporadic;
  set.groups[1].arrival.jitter_ms = 3;
  const ScaledTaskSet scaled = scale(set, scaling_of(2.4, {}, LoadBy::kRate), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(16, 32));
  EXPECT_NEAR(scaled.demand_load, 2.4, 1e-6);
  EXPECT_EQ(scaled.set.groups[0].period.ns(), 20'000'000);
  EXPECT_EQ(scaled.set.groups[0].deadline.ns(), 10'000'000);
  EXPECT_EQ(scaled.set.groups[0].offset.value().ns(), 500'000);
  EXPECT_DOUBLE_EQ(scaled.set.groups[1].arrival.jitter_ms, 1.5);
}

TEST(Scaling, ByRateStretchesTraces) {
  TaskSet set = paper_set();
  set.groups[0].arrival.kind = ArrivalKind::kTrace;
  set.groups[0].arrival.trace = {Time::from_ns(0), Time::from_ns(1000)};
  const ScaledTaskSet scaled = scale(set, scaling_of(0.6, {}, LoadBy::kRate), {1000, 1000}).value();
  EXPECT_THAT(scaled.set.groups[0].arrival.trace, ElementsAre(Time::from_ns(0), Time::from_ns(2000)));
}

TEST(Scaling, NeverLeavesASporadicTaskWithoutATimeBetweenReleases) {
  TaskSet set = paper_set();
  set.groups[0].arrival.kind = ArrivalKind::kSporadic;
  set.groups[0].arrival.jitter_ms = 79.999999;  // the most that the period of 40 ms allows
  for (double load = 0.7; load < 3; load += 0.0137) {
    const TaskGroup group =
        scale(set, scaling_of(load, {}, LoadBy::kRate), {1000, 1000}).value().set.groups[0];
    EXPECT_LT(group.arrival.jitter_ms * 1e6, 2.0 * static_cast<double>(group.period.ns())) << load;
  }
}

TEST(Scaling, MixSharesTasksAndKeepsTheirNumber) {
  const ScaledTaskSet scaled = scale(paper_set(), scaling_of({}, 0.5), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(24, 24));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 1.2);
}

TEST(Scaling, MixKeepsTheRatioOfLowerLevels) {
  const TaskSet set = {"deep",
                       {group_of("a", 0, 10, 25), group_of("b", 1, 20, 25), group_of("c", 2, 10, 25)}};
  EXPECT_THAT(counts(scale(set, scaling_of({}, 0.1), {1000, 1000, 1000}).value()), ElementsAre(4, 24, 12));
}

TEST(Scaling, MixAndLoadHoldTogether) {
  // Level 0 weighs twice as much: the mix is a share of tasks, the load one of demand.
  const TaskSet set = {"uneven", {group_of("a", 0, 10, 50), group_of("b", 1, 10, 25)}};
  const ScaledTaskSet scaled = scale(set, scaling_of(1.5, 0.25), {1000, 1000}).value();
  // 12 * 50 + 36 * 25 = 1500.
  EXPECT_THAT(counts(scaled), ElementsAre(12, 36));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 1.5);
}

TEST(Scaling, MixWithLoadByRateSharesCountsFirst) {
  const ScaledTaskSet scaled = scale(paper_set(), scaling_of(0.6, 0.5, LoadBy::kRate), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(24, 24));
  EXPECT_EQ(scaled.set.groups[0].period.ns(), 80'000'000);
}

Scaling ratio_of(double ratio) {
  Scaling scaling;
  scaling.deadline_ratio = ratio;
  return scaling;
}

TEST(Scaling, RatioReplacesDeadlinesAndNothingElse) {
  TaskSet set = paper_set();
  set.groups[1].deadline = Duration::from_ns(5'000'000);
  const ScaledTaskSet scaled = scale(set, ratio_of(0.3), {1000, 1000}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(16, 32));
  for (const TaskGroup& group : scaled.set.groups) {
    EXPECT_EQ(group.period.ns(), 40'000'000);
    EXPECT_EQ(group.deadline.ns(), 12'000'000);
  }
}

TEST(Scaling, RatioHoldsAfterRatesWereScaled) {
  Scaling scaling = scaling_of(2.4, {}, LoadBy::kRate);
  scaling.deadline_ratio = 1.5;
  const ScaledTaskSet scaled = scale(paper_set(), scaling, {1000, 1000}).value();
  EXPECT_EQ(scaled.set.groups[0].period.ns(), 20'000'000);
  EXPECT_EQ(scaled.set.groups[0].deadline.ns(), 30'000'000);
}

TEST(Scaling, RatioRoundsHalfUpToANanosecondAndNeverToNone) {
  TaskSet set = paper_set();
  set.groups[0].period = Duration::from_ns(1001);
  const auto deadline = [&](double ratio) {
    return scale(set, ratio_of(ratio), {1e9, 1e9}).value().set.groups[0].deadline.ns();
  };
  EXPECT_EQ(deadline(0.5), 501);   // 500.5
  EXPECT_EQ(deadline(0.25), 250);  // 250.25
  EXPECT_EQ(deadline(1e-9), 1);
}

std::string error_of(const TaskSet& set, const Scaling& scaling) {
  const Result<ScaledTaskSet> scaled = scale(set, scaling, std::vector<double>(set.groups.size(), 1000.0));
  return scaled.ok() ? "no error" : scaled.error().message;
}

// 4 tasks of level 0 among 12.
TaskSet four_kinds() {
  return {
      "four",
      {group_of("a", 1, 2, 10), group_of("b", 0, 3, 10), group_of("c", 2, 6, 10), group_of("d", 0, 1, 10)}};
}

TEST(Scaling, AMixOfOneKeepsLevel0Alone) {
  const ScaledTaskSet scaled = scale(four_kinds(), scaling_of({}, 1), {1, 100, 1, 50}).value();
  ASSERT_EQ(scaled.set.groups.size(), 2U);
  EXPECT_EQ(scaled.set.groups[0].name, "b");
  EXPECT_EQ(scaled.set.groups[1].name, "d");
  EXPECT_THAT(counts(scaled), ElementsAre(9, 3));
  EXPECT_DOUBLE_EQ(scaled.demand_load, 90.0 / 100 + 30.0 / 50);
  EXPECT_EQ(scaled.set.groups[0].left_out_before, 1U);
  EXPECT_EQ(scaled.set.groups[1].left_out_before, 2U);
}

TEST(Scaling, AMixOfZeroKeepsTheLevelsBelowAtTheirRatio) {
  const ScaledTaskSet scaled = scale(four_kinds(), scaling_of({}, 0), {20, 1, 40, 1}).value();
  EXPECT_THAT(counts(scaled), ElementsAre(3, 9));
  const ScaledTaskSet loaded = scale(four_kinds(), scaling_of(2, 0), {20, 1, 40, 1}).value();
  EXPECT_NEAR(loaded.demand_load, 2, 0.3);
  const ScaledTaskSet faster = scale(four_kinds(), scaling_of(2, 0, LoadBy::kRate), {20, 1, 40, 1}).value();
  EXPECT_THAT(counts(faster), ElementsAre(3, 9));
  EXPECT_NEAR(faster.demand_load, 2, 1e-6);
}

TEST(Scaling, AnEndOfTheMixTakesASetThatLiesThere) {
  const TaskSet high = {"high", {group_of("a", 0, 3, 25)}};
  EXPECT_THAT(counts(scale(high, scaling_of({}, 1), {1000}).value()), ElementsAre(3));
}

TEST(Scaling, RefusesWhatCannotBe) {
  EXPECT_EQ(error_of(paper_set(), scaling_of(0)),
            "load: 0 is out of range; a number above 0 and at most 1000 is needed");
  EXPECT_THAT(error_of(paper_set(), scaling_of(std::numeric_limits<double>::quiet_NaN())),
              HasSubstr("load: nan is out of range"));
  EXPECT_EQ(error_of(paper_set(), scaling_of({}, 1.5)),
            "priority_mix: 1.5 is out of range; a number from 0 to 1 is needed");
  const TaskSet high = {"high", {group_of("a", 0, 3, 25)}};
  const TaskSet low = {"low", {group_of("a", 2, 3, 25), group_of("b", 1, 3, 25)}};
  EXPECT_EQ(error_of(high, scaling_of({}, 0.5)),
            "priority_mix: the tasks are all of level 0; tasks on both sides are needed");
  EXPECT_EQ(error_of(low, scaling_of({}, 0.5)),
            "priority_mix: the tasks are all below level 0; tasks on both sides are needed");
  EXPECT_EQ(error_of(low, scaling_of({}, 1)),
            "priority_mix: the tasks are all below level 0; tasks of level 0 are needed");
  EXPECT_EQ(error_of(high, scaling_of({}, 0)),
            "priority_mix: the tasks are all of level 0; tasks below it are needed");
  EXPECT_EQ(error_of(paper_set(), scaling_of(900)),
            "load: brings the set to 36000 tasks; at most 10000 are possible");
  EXPECT_EQ(error_of(paper_set(), ratio_of(0)),
            "deadline_ratio: 0 is out of range; a number above 0 and at most 100 is needed");
  EXPECT_THAT(error_of(paper_set(), ratio_of(100.5)), HasSubstr("deadline_ratio: 100.5 is out of range"));
  const TaskSet yearly = {"yearly", {group_of("a", 0, 1, 0.001)}};
  EXPECT_EQ(error_of(yearly, ratio_of(2)),
            "deadline_ratio: brings \"a\" to a deadline of 2e+06 ms; at most 1e+06 is possible");
  const TaskSet slow = {"slow", {group_of("a", 0, 1, 0.01)}};
  EXPECT_THAT(error_of(slow, scaling_of(1e-7, {}, LoadBy::kRate)),
              HasSubstr("load: brings \"a\" to a period of"));
}

}  // namespace
}  // namespace daris
