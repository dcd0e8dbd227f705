#include "experiment/planning/objectives.h"

#include <gtest/gtest.h>

#include "base/json/json.h"

namespace daris {
namespace {

struct Counts {
  int priority;
  int released;
  int rejected;
  int missed;
};

Json point_with(const std::vector<Counts>& levels) {
  Json all = Json::array();
  for (const Counts& one : levels) {
    all.push_back({{"priority", one.priority},
                   {"released", one.released},
                   {"rejected", one.rejected},
                   {"admitted", one.released - one.rejected},
                   {"missed", one.missed}});
  }
  return {{"results", {{"levels", all}, {"tasks", Json::array()}}}};
}

TaskGroup group(const std::string& name, std::uint32_t priority, const Slo& slo = {}) {
  TaskGroup group;
  group.name = name;
  group.priority = priority;
  group.slo = slo;
  return group;
}

Verdict by_default(const std::vector<Counts>& levels, std::optional<double> loss_max = std::nullopt) {
  return Objectives({"set", {group("a", 0)}}, loss_max).judge(point_with(levels));
}

TEST(Objectives, LetLevelZeroLoseNothingByDefault) {
  EXPECT_TRUE(by_default({{0, 1000, 0, 0}}).holds);
  EXPECT_FALSE(by_default({{0, 1000, 0, 1}}).holds);
  EXPECT_FALSE(by_default({{0, 1000, 1, 0}}).holds);
}

TEST(Objectives, LetOtherLevelsMissOneInAHundredByDefault) {
  EXPECT_TRUE(by_default({{1, 1000, 500, 5}}).holds);
  const Verdict late = by_default({{0, 10, 0, 0}, {1, 1000, 500, 6}});
  ASSERT_EQ(late.broken.size(), 1U);
  EXPECT_EQ(late.broken.front().where, "level 1");
  EXPECT_EQ(late.broken.front().limit, "miss_rate_max");
  EXPECT_DOUBLE_EQ(*late.broken.front().measured, 6.0 / 500);
  EXPECT_TRUE(by_default({{1, 10, 0, 1}}).holds);  // a few jobs are no share
}

TEST(Objectives, CountRejectionsOnlyIfAsked) {
  EXPECT_TRUE(by_default({{1, 1000, 900, 0}}).holds);
  EXPECT_FALSE(by_default({{1, 1000, 51, 0}}, 0.05).holds);
  EXPECT_TRUE(by_default({{1, 1000, 50, 0}}, 0.05).holds);
}

TEST(Objectives, NameTheMostUrgentLevelFirst) {
  const Verdict verdict = by_default({{2, 1000, 0, 900}, {0, 1000, 0, 1}, {1, 1000, 0, 20}});
  ASSERT_EQ(verdict.broken.size(), 3U);
  EXPECT_EQ(verdict.broken[0].where, "level 0");
  EXPECT_EQ(verdict.broken[2].where, "level 2");
  EXPECT_EQ(breach_text(verdict.broken[1]), "level 1: miss_rate_max 0.02, allowed 0.01");
}

Json task(const std::string& name, const Json& margins, const Json& missing = nullptr) {
  Json task = {{"name", name}, {"slo_margin", margins}};
  if (!missing.is_null()) task["slo_jobs_missing"] = missing;
  return task;
}

TEST(Objectives, AreThoseOfTheSetIfItHasAny) {
  Slo slo;
  slo.miss_rate_max = 0.1;
  slo.response_p99_ms_max = 20;
  const Objectives objectives({"set", {group("a", 0), group("b", 3, slo)}});
  ASSERT_TRUE(objectives.are_of_set());
  Json point = point_with({{0, 100, 0, 100}});  // nobody asked that level 0 keeps its deadlines
  const Json a = task("a", Json::object());
  const auto judge = [&](const Json& b) {
    point["results"]["tasks"] = Json::array({a, b});
    return objectives.judge(point);
  };
  const Verdict good = judge(task("b", {{"miss_rate_max", 0.0}, {"response_p99_ms_max", 3.0}}));
  EXPECT_TRUE(good.holds && good.shown);
  const Verdict slow = judge(task("b", {{"miss_rate_max", 0.1}, {"response_p99_ms_max", -5.0}}));
  ASSERT_EQ(slow.broken.size(), 1U);
  EXPECT_EQ(slow.broken.front().where, "task b");
  EXPECT_EQ(slow.broken.front().level, 3U);
  EXPECT_DOUBLE_EQ(*slow.broken.front().measured, 25);
}

TEST(Objectives, HoldButAreNotShownByTooFewJobs) {
  Slo slo;
  slo.response_p99_ms_max = 20;
  const Objectives objectives({"set", {group("b", 0, slo)}});
  Json point = point_with({});
  point["results"]["tasks"].push_back(
      task("b", {{"response_p99_ms_max", 3.0}}, {{"response_p99_ms_max", 7}}));
  const Verdict verdict = objectives.judge(point);
  EXPECT_TRUE(verdict.holds);
  EXPECT_FALSE(verdict.shown);
}

TEST(Objectives, AreBrokenWithoutAFigure) {
  Slo slo;
  slo.miss_rate_max = 0.5;
  const Objectives objectives({"set", {group("b", 0, slo)}});
  Json point = point_with({});
  point["results"]["tasks"].push_back(task("b", {{"miss_rate_max", nullptr}}));
  const Verdict verdict = objectives.judge(point);
  ASSERT_FALSE(verdict.holds);
  EXPECT_EQ(breach_text(verdict.broken.front()), "task b: miss_rate_max without a figure, allowed 0.5");
}

}  // namespace
}  // namespace daris
