#include "analysis/comparison/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/comparison/comparison_text.h"
#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "tests/analysis/comparison/made_up_report.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::made_up_point;
using testing::made_up_report;

const Json kSteady = {{"on_time_jobs_per_s", {100.0, 101.0, 99.0}}, {"slot_utilization", {0.5, 0.5, 0.5}}};
const Json kFaster = {{"on_time_jobs_per_s", {110.0, 111.1, 109.0}}, {"slot_utilization", {0.6, 0.6, 0.6}}};

Result<Comparison> compare(const Json& before, const Json& after, const ComparisonSettings& settings = {}) {
  return compare_reports({"a.json", &before}, {"b.json", &after}, settings);
}

ComparisonSettings ignoring(std::vector<std::string> keys) {
  ComparisonSettings settings;
  settings.match.ignore = std::move(keys);
  return settings;
}

TEST(Comparison, MatchesByConfigurationAndNotById) {
  const Json before = made_up_report(
      {made_up_point("a1", {{"load", 1.0}}, kSteady), made_up_point("a2", {{"load", 2.0}}, kSteady)});
  const Json after = made_up_report(
      {made_up_point("b2", {{"load", 2.0}}, kFaster), made_up_point("b1", {{"load", 1.0}}, kSteady)});
  const Comparison comparison = compare(before, after).value();
  ASSERT_EQ(comparison.points.size(), 2U);
  EXPECT_THAT(comparison.points[0].after, ElementsAre("b1"));
  EXPECT_EQ(comparison.points[0].figures[0].verdict, FigureVerdict::kSame);
  EXPECT_EQ(comparison.points[1].name, "load 2");
  EXPECT_EQ(comparison.points[1].figures[0].verdict, FigureVerdict::kBetter);
  EXPECT_EQ(comparison.points[1].figures.size(), 1U) << "the share of busy slots is neither good nor bad";
}

TEST(Comparison, KeysThatAreLeftOutMayDiffer) {
  const Json before = made_up_report({made_up_point("a", {{"policy", "edf"}}, kSteady)});
  const Json after = made_up_report({made_up_point("b", {{"policy", "daris"}}, kFaster)});
  const auto refused = compare(before, after);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("differ in policy; --ignore policy leaves them out"));
  EXPECT_TRUE(compare(before, after, ignoring({"policy"})).ok());
  ComparisonSettings by;
  by.match.by = {"task_set", "load"};
  EXPECT_TRUE(compare(before, after, by).ok());
}

// How long a run warmed up, and how often it ran, came out of the run.
TEST(Comparison, APrecisionAndACutWarmUpDoNotTellPointsApart) {
  const Json before = made_up_report({made_up_point(
      "a", {{"warmup_by", "mser5"}, {"warmup_s", 0.3}, {"precision", 0.01}, {"replications_max", 50}},
      kSteady)});
  const Json after =
      made_up_report({made_up_point("b", {{"warmup_by", "mser5"}, {"warmup_s", 0.4}}, kFaster)});
  EXPECT_TRUE(compare(before, after).ok());
  const Json given = made_up_report({made_up_point("c", {{"warmup_s", 0.4}}, kSteady)});
  const Json other = made_up_report({made_up_point("d", {{"warmup_s", 0.3}}, kSteady)});
  EXPECT_FALSE(compare(given, other).ok()) << "these are settings";
}

// Whoever follows the advice must not lose what was left out before.
TEST(Comparison, SaysWhichKeysToLeaveOut) {
  const Json before = made_up_report({made_up_point("a", {{"policy", "edf"}, {"load", 1.0}}, kSteady)});
  const Json after = made_up_report({made_up_point("b", {{"policy", "daris"}, {"load", 2.0}}, kFaster)});
  EXPECT_THAT(compare(before, after, ignoring({"load"})).error().message,
              HasSubstr("differ in policy; --ignore load,policy leaves them out"));
  ComparisonSettings by;
  by.match.by = {"policy"};
  EXPECT_THAT(compare(before, after, by).error().message,
              HasSubstr("differ in policy; leave them out of --by"));
}

TEST(Comparison, ASwitchThatIsNotNamedHasItsDefault) {
  const Json older = made_up_report({made_up_point("a", {{"switches", {{"window", "5"}}}}, kSteady)});
  const Json newer = made_up_report(
      {made_up_point("b", {{"switches", {{"window", "5"}, {"bound", "1"}}}, {"inject", nullptr}}, kSteady)});
  EXPECT_TRUE(compare(older, newer).ok());
  const Json other = made_up_report({made_up_point("b", {{"switches", {{"bound", "0.9"}}}}, kSteady)});
  EXPECT_FALSE(compare(older, other).ok());
  EXPECT_TRUE(compare(older, other, ignoring({"bound"})).ok());
  EXPECT_TRUE(compare(older, other, ignoring({"switches"})).ok());
}

TEST(Comparison, PairsRunsOfEqualSeedAndNumber) {
  const Json before =
      made_up_report({made_up_point("a", {}, {{"on_time_jobs_per_s", {100.0, 200.0, 300.0}}})});
  const Json more =
      made_up_report({made_up_point("b", {}, {{"on_time_jobs_per_s", {101.0, 201.1, 300.9, 5.0}}})});
  const Comparison paired = compare(before, more).value();
  EXPECT_TRUE(paired.points[0].paired);
  EXPECT_EQ(paired.points[0].figures[0].runs_after, 3U) << "the fourth has no partner";
  EXPECT_EQ(paired.points[0].figures[0].verdict, FigureVerdict::kBetter);
  const Json seeded =
      made_up_report({made_up_point("b", {{"seed", 2}}, {{"on_time_jobs_per_s", {101.0, 201.1, 300.9}}})});
  const Comparison apart = compare(before, seeded).value();
  EXPECT_FALSE(apart.points[0].paired);
  EXPECT_EQ(apart.points[0].figures[0].verdict, FigureVerdict::kTooLittleData);
}

TEST(Comparison, PointsThatDifferInSeedAloneAreRunsOfOne) {
  const auto seeded = [](const char* id, int seed, double value) {
    return made_up_point(id, {{"seed", seed}}, {{"on_time_jobs_per_s", {value}}});
  };
  const Json before = made_up_report({seeded("a1", 1, 10), seeded("a2", 2, 20), seeded("a3", 3, 30)});
  const Json after = made_up_report({seeded("b3", 3, 31.1), seeded("b1", 1, 11), seeded("b2", 2, 21)});
  const Comparison comparison = compare(before, after).value();
  ASSERT_EQ(comparison.points.size(), 1U);
  EXPECT_TRUE(comparison.points[0].paired);
  EXPECT_EQ(comparison.points[0].figures[0].verdict, FigureVerdict::kBetter);
}

TEST(Comparison, ARunThatStandsTwiceIsAnError) {
  const Json before = made_up_report({made_up_point("a1", {{"policy", "edf"}}, kSteady),
                                      made_up_point("a2", {{"policy", "daris"}}, kSteady)});
  const auto comparison = compare(before, before, ignoring({"policy"}));
  ASSERT_FALSE(comparison.ok());
  EXPECT_THAT(comparison.error().message, HasSubstr("points a1 and a2 are of one configuration"));
}

TEST(Comparison, LeavesOutWhatHasNoPartnerAndWhatWasCutShort) {
  Json cut = made_up_point("cut", {{"load", 3.0}}, kSteady);
  cut["partial"] = true;
  const Json before = made_up_report({made_up_point("a", {}, kSteady), cut});
  const Json after =
      made_up_report({made_up_point("b", {}, kSteady), made_up_point("lone", {{"load", 4.0}}, kSteady)});
  const Comparison comparison = compare(before, after).value();
  ASSERT_EQ(comparison.left_out.size(), 2U);
  EXPECT_EQ(comparison.left_out[0].reason, "its run was cut short");
  EXPECT_EQ(comparison.left_out[1].id, "lone");
  EXPECT_EQ(comparison.left_out[1].reason, "no point of a.json has its configuration");
}

Json with_clocks(Json point, double start, double end) {
  point["results"]["runtime"] = {{"clock_mhz_start", start}, {"clock_mhz_end", end}};
  return point;
}

TEST(Comparison, MarksThrottledPointsAndLeavesThemOutOnRequest) {
  const Json before =
      made_up_report({with_clocks(made_up_point("a1", {}, kSteady), 1980, 1965),
                      with_clocks(made_up_point("a2", {{"load", 2.0}}, kSteady), 1980, 1980)});
  const Json after = made_up_report({with_clocks(made_up_point("b1", {}, kFaster), 1980, 1980),
                                     with_clocks(made_up_point("b2", {{"load", 2.0}}, kFaster), 1980, 1500)});
  const Comparison marked = compare(before, after).value();
  EXPECT_THAT(marked.points[0].throttled, ::testing::IsEmpty()) << "a step of the clock is no throttling";
  EXPECT_THAT(marked.points[1].throttled, ElementsAre("b2"));
  ComparisonSettings settings;
  settings.skip_throttled = true;
  const Comparison skipped = compare(before, after, settings).value();
  EXPECT_EQ(skipped.points.size(), 1U);
  ASSERT_EQ(skipped.left_out.size(), 2U);
  EXPECT_EQ(skipped.left_out[0].id, "b2");
  EXPECT_EQ(skipped.left_out[0].reason, "its SM clock was throttled");
}

TEST(Comparison, FiguresCanBeChosen) {
  Json values = kSteady;
  values["throughput_jobs_per_s"] = {1.0, 1.0, 1.0};
  const Json report = made_up_report({made_up_point("a", {}, values)});
  ComparisonSettings settings;
  settings.figures = {"throughput_jobs_per_s"};
  EXPECT_EQ(compare(report, report, settings).value().points[0].figures.size(), 1U);
  settings.figures = {"throughput_jobs"};
  const auto wrong = compare(report, report, settings);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean \"throughput_jobs_per_s\""));
}

TEST(Comparison, TheDocumentObeysItsSchemaAndTablesSayWhatChanged) {
  const Json before = made_up_report({made_up_point("a", {}, kFaster)});
  const Json after = made_up_report({made_up_point("b", {}, kSteady)});
  const Comparison comparison = compare(before, after).value();
  EXPECT_EQ(regressions(comparison), 1U);
  const Json document =
      comparison_to_json(comparison, {"a.json", &before}, {"b.json", &after}, {}, "daris compare");
  const Status status =
      validate_document(Json::parse(schema_text("daris.comparison")), document, "comparison");
  EXPECT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(document["points"][0]["figures"][0]["verdict"], "worse");
  EXPECT_EQ(document["summary"][0]["regressions"], 1);
  const std::string table = comparison_table(comparison, true, kAnyWidth);
  EXPECT_THAT(table, HasSubstr("cameras (pairs: 3)"));
  EXPECT_THAT(table, HasSubstr("-9.12%")) << table;
  EXPECT_THAT(table, HasSubstr("worse, a regression"));
  const Comparison equal = compare(before, before).value();
  EXPECT_EQ(comparison_table(equal, true, kAnyWidth), "");
  EXPECT_THAT(comparison_table(equal, false, kAnyWidth), HasSubstr("same"));
}

}  // namespace
}  // namespace daris
