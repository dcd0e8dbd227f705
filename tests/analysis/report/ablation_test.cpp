#include "analysis/report/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

// A point, as far as ablations read it.
Json point(const std::string& task_set, double load, const Json& switches, const Json& on_time,
           const Json& level0_loss, const Json& level1_missed = {0.0, 0.0, 0.0}) {
  Json all = {{"bound", "1"}, {"migration", "on"}, {"late_class", "on"}};
  for (const auto& [key, value] : switches.items()) all[key] = value;
  return {{"config", {{"task_set", task_set}, {"policy", "daris"}, {"load", load}, {"switches", all}}},
          {"confidence",
           {{"values",
             {{"throughput_jobs_per_s", on_time},
              {"on_time_jobs_per_s", on_time},
              {"level0_loss_rate", level0_loss},
              {"level1_deadline_miss_rate", level1_missed}}}}}};
}

Json report_of(const Json& points) { return {{"provenance", Json::object()}, {"points", points}}; }

const Json kNone = {0.0, 0.0, 0.0};
const Json kDefaultSwitches = Json::object();

TEST(Ablation, PairsSeeADifferenceThatTheSpreadWouldHide) {
  const Json report =
      report_of({point("resnet18", 1.5, kDefaultSwitches, {100.0, 200.0, 300.0}, kNone),
                 point("resnet18", 1.5, {{"migration", "off"}}, {99.0, 198.9, 299.1}, kNone)});
  const auto rows = make_ablations(report);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows.value().size(), 1U);
  const AblationRow& row = rows.value()[0];
  EXPECT_EQ(row.scenario, "resnet18, load 1.5");
  EXPECT_EQ(row.switch_key, "migration");
  EXPECT_EQ(row.from, "on");
  EXPECT_EQ(row.to, "off");
  EXPECT_EQ(row.verdict, Verdict::kHurts);
  EXPECT_EQ(row.metrics[1].metric, "on_time_jobs_per_s");
  EXPECT_NEAR(row.metrics[1].difference_95->high, -0.7516, 1e-3);
}

TEST(Ablation, AnIntervalThatHoldsZeroIsNoDifference) {
  const Json report = report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone),
                                 point("a", 1, {{"bound", "0.9"}}, {101.0, 99.0, 100.5}, kNone)});
  EXPECT_EQ(make_ablations(report).value()[0].verdict, Verdict::kNoDifference);
}

TEST(Ablation, MoreInTimeHelpsAndMoreMissesHurt) {
  const Json report =
      report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone),
                 point("a", 1, {{"bound", "0.9"}}, {103.0, 103.0, 104.0}, kNone),
                 point("a", 1, {{"migration", "off"}}, {100.0, 100.0, 100.0}, kNone, {0.1, 0.1, 0.1})});
  const auto rows = make_ablations(report).value();
  EXPECT_EQ(rows[0].switch_key, "migration") << "in order of the table of switches";
  EXPECT_EQ(rows[0].verdict, Verdict::kHurts);
  EXPECT_EQ(rows[1].verdict, Verdict::kHelps);
}

TEST(Ablation, LevelZeroComesBeforeThroughput) {
  const Json report =
      report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone),
                 point("a", 1, {{"late_class", "off"}}, {120.0, 121.0, 120.0}, {0.01, 0.012, 0.011})});
  const AblationRow row = make_ablations(report).value()[0];
  EXPECT_EQ(row.verdict, Verdict::kHurts);
  EXPECT_EQ(row.metrics[1].verdict, Verdict::kHelps) << "each figure keeps its own";
}

TEST(Ablation, ScenariosAreKeptApartAndAveraged) {
  const Json report = report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone),
                                 point("a", 1, {{"bound", "0.9"}}, {90.0, 90.0, 91.0}, kNone),
                                 point("a", 2, {{"bound", "0.9"}}, {210.0, 210.0, 209.0}, kNone),
                                 point("a", 2, kDefaultSwitches, {200.0, 200.0, 200.0}, kNone)});
  const auto rows = make_ablations(report).value();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].verdict, Verdict::kHurts);
  EXPECT_EQ(rows[1].scenario, "a, load 2");
  EXPECT_EQ(rows[1].verdict, Verdict::kHelps);
  EXPECT_EQ(rows[2].scenario, "all");
  EXPECT_EQ(rows[2].verdict, Verdict::kNoDifference);
  EXPECT_DOUBLE_EQ(rows[2].metrics[1].base, 150);
}

Json of_policy(Json point, const std::string& policy) {
  point["config"]["policy"] = policy;
  return point;
}

TEST(Ablation, TheBaseHasThePolicysOwnDefaults) {
  const Json own = {{"staging", "off"}, {"window", "10"}, {"bound", "0.9"}};
  Json changed = own;
  changed["bound"] = "1";
  const Json report = report_of({of_policy(point("a", 1, own, {3.0, 3.1, 3.2}, kNone), "daris-batched"),
                                 of_policy(point("a", 1, changed, {1.0, 1.1, 1.3}, kNone), "daris-batched")});
  const auto rows = make_ablations(report);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows.value().size(), 1U);
  EXPECT_EQ(rows.value()[0].switch_key, "bound");
  EXPECT_EQ(rows.value()[0].from, "0.9");
  EXPECT_EQ(rows.value()[0].to, "1");
  EXPECT_EQ(rows.value()[0].verdict, Verdict::kHurts);
}

TEST(Ablation, PoliciesAreNotAveraged) {
  const auto base = [](double load, const char* policy) {
    return of_policy(point("a", load, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone), policy);
  };
  const auto changed = [](double load, const char* policy, const Json& on_time) {
    return of_policy(point("a", load, {{"fixed_priority", "off"}}, on_time, kNone), policy);
  };
  const auto rows =
      make_ablations(report_of({base(1, "daris"), changed(1, "daris", {90.0, 90.0, 91.0}), base(2, "daris"),
                                changed(2, "daris", {90.0, 90.0, 91.0}), base(1, "static"),
                                changed(1, "static", {105.0, 106.0, 106.0}), base(2, "static"),
                                changed(2, "static", {105.0, 106.0, 106.0})}))
          .value();
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[4].scenario, "all, policy daris");
  EXPECT_EQ(rows[4].verdict, Verdict::kHurts);
  EXPECT_EQ(rows[5].scenario, "all, policy static");
  EXPECT_EQ(rows[5].verdict, Verdict::kHelps);
}

TEST(Ablation, ReplicationsWithoutAValueAreLeftOut) {
  const Json report =
      report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone, {0.1, nullptr, 0.1}),
                 point("a", 1, {{"bound", "0.9"}}, {100.0, 100.0, 100.0}, kNone, {0.05, 0.0, 0.05})});
  const AblationRow row = make_ablations(report).value()[0];
  EXPECT_EQ(row.metrics[2].metric, "level1_deadline_miss_rate");
  EXPECT_DOUBLE_EQ(row.metrics[2].variant, 0.05);
  EXPECT_EQ(row.verdict, Verdict::kHelps);
}

TEST(Ablation, TwoChangesAtOnceAreNoAblation) {
  const Json report = report_of({point("a", 1, kDefaultSwitches, kNone, kNone),
                                 point("a", 1, {{"bound", "0.9"}, {"migration", "off"}}, kNone, kNone)});
  const auto rows = make_ablations(report);
  ASSERT_FALSE(rows.ok());
  EXPECT_THAT(rows.error().message, HasSubstr("differs in one switch"));
}

TEST(Ablation, ReplicationsThatDoNotPairAreAnError) {
  const Json report = report_of({point("a", 1, kDefaultSwitches, {1.0, 2.0, 3.0}, kNone),
                                 point("a", 1, {{"bound", "0.9"}}, {1.0, 2.0}, kNone)});
  const auto rows = make_ablations(report);
  ASSERT_FALSE(rows.ok());
  EXPECT_THAT(rows.error().message, HasSubstr("bound = 0.9: its replications don't pair"));
}

TEST(Ablation, TheDocumentObeysItsSchemaAndTheTableSaysWhatAVerdictIsAbout) {
  const Json report = report_of({point("a", 1, kDefaultSwitches, {100.0, 100.0, 100.0}, kNone),
                                 point("a", 1, {{"bound", "0.9"}}, {90.0, 90.0, 91.0}, kNone)});
  const auto rows = make_ablations(report).value();
  const Status status = validate_document(Json::parse(schema_text("daris.ablations")),
                                          ablations_to_json(rows, report), "table");
  EXPECT_TRUE(status.ok()) << status.error().message;
  const std::string table = ablations_table(rows, kAnyWidth);
  EXPECT_THAT(table, HasSubstr("\"hurts\" means that the default is worth having"));
  EXPECT_THAT(table, HasSubstr("bound   1        0.9         hurts")) << table;
  EXPECT_THAT(table, HasSubstr("-9.67 [-11.10, -8.23] worse"));
}

}  // namespace
}  // namespace daris
