#include "analysis/report/report.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/metrics.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "tests/analysis/report/sample_report.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::sample_point;
using testing::sample_report;
using testing::sample_results;
using testing::sample_run;

void expect_valid(const Json& report) {
  const Json schema = Json::parse(schema_text("daris.report"));
  const Status status = validate_document(schema, report, "report");
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST(Report, ObeysItsSchema) { expect_valid(sample_report({"a", "b"})); }

TEST(Report, WithoutAnyJobObeysItsSchemaToo) {
  const RunResults empty = sample_results(0, 0);
  Json point = point_to_json(sample_point("a"), sample_run(), std::vector<RunResults>{empty});
  const Json level = point["results"]["levels"][0];
  EXPECT_TRUE(level["deadline_miss_rate"].is_null()) << "not measured is null, not 0";
  EXPECT_TRUE(level["deadline_miss_rate_95"].is_null());
  EXPECT_TRUE(level["response_time_ms"]["p99"].is_null());
  EXPECT_TRUE(point["results"]["stage_slowdown"]["mean"].is_null());
  expect_valid(make_report(ReportKind::kSimulated, {}, {std::move(point)}));
}

RunResults live_results(std::int64_t decision_ns) {
  RunResults results = sample_results(10, 0);
  results.runtime.emplace();
  results.runtime->decision_ns.record(decision_ns);
  results.runtime->memory_bytes = 5;
  results.runtime->context_memory_bytes = {2, static_cast<std::uint64_t>(decision_ns)};
  return results;
}

TEST(Report, OfALiveRunSaysHowWellTheSchedulerKeptUp) {
  Json point =
      point_to_json(sample_point("a"), sample_run(), std::vector{live_results(100), live_results(300)});
  const Json& runtime = point["results"]["runtime"];
  EXPECT_EQ(runtime["decision_ns"]["count"], 2);
  EXPECT_EQ(runtime["decision_ns"]["max"], 300);
  EXPECT_EQ(runtime["gpu_memory_bytes"], 5);
  EXPECT_EQ(runtime["context_memory_bytes"], Json({2, 300})) << "the largest of each context";
  EXPECT_TRUE(runtime["release_lateness_ns"].is_null()) << "not measured is null, not 0";
  EXPECT_EQ(runtime["host_gaps"]["count"], 0) << "the host was watched and took nothing";
  EXPECT_TRUE(runtime["host_gaps"]["max_ns"].is_null());
  expect_valid(make_report(ReportKind::kLive, {}, {std::move(point)}));
}

TEST(Report, OfALiveRunSaysWhatTheHostTook) {
  std::vector<RunResults> replications{live_results(100), live_results(100)};
  for (RunResults& replication : replications) {
    replication.runtime->host_gap_ns.record(25'000'000);
    replication.runtime->host_gap_ns.record(75'000'000);
    replication.runtime->host_gap_in_call_ns.record(25'000'000);
    replication.groups[0].missed = 3;
    replication.groups[0].missed_by_host = 2;
  }
  Json point = point_to_json(sample_point("a"), sample_run(), replications);
  const Json& gaps = point["results"]["runtime"]["host_gaps"];
  EXPECT_EQ(gaps["count"], 4);
  EXPECT_EQ(gaps["max_ns"], 75'000'000);
  EXPECT_EQ(gaps["total_ns"], 200'000'000);
  EXPECT_DOUBLE_EQ(gaps["share"].get<double>(), 0.1) << "of two windows of a second";
  EXPECT_EQ(gaps["in_calls"], Json({{"count", 2}, {"total_ns", 50'000'000}}));
  EXPECT_EQ(point["results"]["levels"][0]["missed_by_host"], 4);
  expect_valid(make_report(ReportKind::kLive, {}, {std::move(point)}));
}

TEST(Report, OfASimulatedRunHasNoHost) {
  const Json point = point_to_json(sample_point("a"), sample_run(), std::vector{sample_results(10, 1)});
  EXPECT_FALSE(point["results"]["levels"][0].contains("missed_by_host"));
}

TEST(Report, CountsAreSummedOverReplications) {
  const Json point = point_to_json(sample_point("a"), sample_run(),
                                   std::vector{sample_results(10, 0), sample_results(10, 4)});
  const Json& results = point["results"];
  EXPECT_EQ(results["levels"][0]["admitted"], 20);
  EXPECT_EQ(results["levels"][0]["missed"], 4);
  EXPECT_DOUBLE_EQ(results["levels"][0]["deadline_miss_rate"].get<double>(), 0.2);
  EXPECT_DOUBLE_EQ(results["throughput_jobs_per_s"].get<double>(), 10) << "a rate, not a sum";
  EXPECT_DOUBLE_EQ(results["on_time_jobs_per_s"].get<double>(), 8);
  EXPECT_DOUBLE_EQ(results["window_s"].get<double>(), 1) << "of one replication";
}

TEST(Report, NoMissesStillHaveAnInterval) {
  const Json one = point_to_json(sample_point("a"), sample_run(), std::vector{sample_results(10, 0)});
  EXPECT_EQ(one["results"]["levels"][0]["deadline_miss_rate"], 0.0);
  EXPECT_NEAR(one["results"]["levels"][0]["deadline_miss_rate_95"][1].get<double>(), 0.3085, 1e-4);
  const Json two = point_to_json(sample_point("a"), sample_run(),
                                 std::vector{sample_results(10, 0), sample_results(10, 0)});
  EXPECT_NEAR(two["results"]["levels"][0]["deadline_miss_rate_95"][1].get<double>(), 0.1684, 1e-4);
}

TEST(Report, MissesThatComeTogetherWidenTheInterval) {
  const Json point =
      point_to_json(sample_point("a"), sample_run(),
                    std::vector{sample_results(1000, 0), sample_results(1000, 0), sample_results(1000, 300)});
  EXPECT_NEAR(point["results"]["levels"][0]["deadline_miss_rate_95"][1].get<double>(), 0.1 + 0.430265, 1e-5)
      << "Student's t over 0, 0, 0.3, not the exact one of 300 of 3000";
}

TEST(Report, ConfidenceKeepsEachReplicationsValues) {
  const Json point = point_to_json(sample_point("a"), sample_run(),
                                   std::vector{sample_results(10, 0), sample_results(20, 0)});
  const Json& confidence = point["confidence"];
  EXPECT_EQ(confidence["replications"], 2);
  EXPECT_THAT(confidence["values"]["throughput_jobs_per_s"], ElementsAre(10.0, 20.0));
  EXPECT_NEAR(confidence["half_width"]["throughput_jobs_per_s"].get<double>(), 12.7062 * 5, 1e-3);
  const Json single = point_to_json(sample_point("a"), sample_run(), std::vector{sample_results(10, 0)});
  EXPECT_TRUE(single["confidence"]["half_width"]["throughput_jobs_per_s"].is_null());
}

TEST(Report, HasTheEnergyOfEachRunThatMeasuredIt) {
  std::vector<RunResults> runs{sample_results(10, 0), sample_results(20, 0)};
  const auto energy = [&] {
    const Json point = point_to_json(sample_point("0123456789abcdef"), sample_run(), runs);
    return point["confidence"]["values"].value("energy_j_per_job", Json());
  };
  EXPECT_EQ(energy(), nullptr);
  for (RunResults& run : runs) run.runtime.emplace().energy_j = 5;
  EXPECT_EQ(energy(), (Json{0.5, 0.25}));
}

TEST(Report, AnSloIsJudgedForEachTaskOfTheSet) {
  RunDescription run = sample_run();
  run.groups[0].slo.miss_rate_max = 0.1;
  const Json good = point_to_json(sample_point("a"), run, std::vector{sample_results(10, 1)});
  const Json bad = point_to_json(sample_point("a"), run, std::vector{sample_results(10, 2)});
  EXPECT_EQ(good["results"]["tasks"][0]["slo_met"], true);
  EXPECT_EQ(bad["results"]["tasks"][0]["slo_met"], false);
  EXPECT_DOUBLE_EQ(bad["results"]["tasks"][0]["slo_margin"]["miss_rate_max"].get<double>(), -0.1);
  EXPECT_TRUE(bad["results"]["tasks"][1]["slo_met"].is_null());
  EXPECT_EQ(slo_failure(good), std::nullopt);
  EXPECT_THAT(slo_failure(bad).value_or(""), HasSubstr("not met: "));
}

TEST(Report, AnSloThatWasNotShownSaysHowManyJobsAreMissing) {
  RunDescription run = sample_run();
  run.groups[0].slo.response_p99_ms_max = 1000;
  run.groups[1].slo.miss_rate_max = 0;
  const Json point = point_to_json(sample_point("a"), run, std::vector{sample_results(10, 0)});
  const Json& task = point["results"]["tasks"][0];
  EXPECT_TRUE(task["slo_met"].is_null());
  EXPECT_EQ(task["slo_jobs_missing"], Json({{"response_p99_ms_max", 449}}));
  EXPECT_THAT(slo_failure(point).value_or(""), HasSubstr("the run did not show: " + run.groups[0].name +
                                                         " (response_p99_ms_max needs 449 more jobs); " +
                                                         run.groups[1].name + " (no job was released)"));
  EXPECT_FALSE(point["results"]["tasks"][1]["slo_margin"].empty());
  expect_valid(make_report(ReportKind::kSimulated, {}, {point}));
}

TEST(Report, PercentilesHaveIntervals) {
  const auto times_of = [](std::uint64_t jobs) {
    const Json point = point_to_json(sample_point("a"), sample_run(), std::vector{sample_results(jobs, 0)});
    return point["results"]["tasks"][0]["response_time_ms"];
  };
  const Json few = times_of(10);
  EXPECT_FALSE(few["p50_95"][0].is_null());
  EXPECT_FALSE(few["p50_95"][1].is_null());
  EXPECT_LE(few["p50_95"][0].get<double>(), few["p50"].get<double>());
  EXPECT_TRUE(few["p99_95"][1].is_null()) << "ten values don't say how late the last percent is";
  EXPECT_FALSE(times_of(1000)["p99_95"][1].is_null());
  EXPECT_TRUE(times_of(1000)["p999_95"][1].is_null());
  EXPECT_TRUE(times_of(0)["p99_95"].is_null());
}

TEST(Report, WithoutMretThereIsNoCoverageByIt) {
  RunDescription run = sample_run();
  run.measures_mret = false;
  const Json point = point_to_json(sample_point("a"), run, std::vector{sample_results(10, 0)});
  EXPECT_TRUE(point["results"]["estimate_coverage"]["mret"].is_null());
  EXPECT_FALSE(point["results"]["estimate_coverage"]["afet"].is_null());
  EXPECT_EQ(point["confidence"]["values"]["estimate_coverage_mret"], Json::array({nullptr}));
  expect_valid(make_report(ReportKind::kSimulated, {}, {point}));
}

TEST(Report, ReadBackItGivesTheSameBytes) {
  const std::string text = write_report(sample_report({"a", "b"}));
  const Result<Json> read = parse_report(text, "report.json");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(write_report(read.value()), text);
}

TEST(Report, MergedItForgetsTheRun) {
  const Json merged = head_of_merge(sample_report({"b", "a"}));
  EXPECT_TRUE(merged["points"].empty());
  EXPECT_TRUE(merged["provenance"]["command"].is_null());
  EXPECT_TRUE(merged["provenance"]["wall_s"].is_null());
  EXPECT_EQ(merged["provenance"]["program"], "daris 0.1.0");
}

TEST(Report, MergedProvenanceIsWhatAllAgreeOn) {
  Json other = sample_report({"b"});
  other["provenance"]["versions"]["os"] = "another";
  Json merged = head_of_merge(sample_report({"a"}));
  for (const Json& report : {other, sample_report({"c"})})
    ASSERT_TRUE(merge_head(merged, report, "two", "one").ok());
  EXPECT_TRUE(merged["provenance"]["versions"]["os"].is_null());
  EXPECT_EQ(merged["provenance"]["versions"]["cpu"], "some CPU");
  EXPECT_TRUE(merged["provenance"]["command"].is_null());
}

TEST(Report, SimulatedAndLiveDoNotMerge) {
  Json live = sample_report({"b"});
  live["kind"] = "live";
  Json merged = head_of_merge(sample_report({"a"}));
  const Status status = merge_head(merged, live, "two.json", "one.json");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(
      status.error().message,
      "two.json: kind: \"live\", but one.json is \"simulated\"; simulated and live reports can't be merged");
}

TEST(Report, AMissingPointIsNamedWithTheNearest) {
  const Json report = sample_report({"0a1b", "ffff"});
  const Result<const Json*> found = find_point(report, "0a1b");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value()->at("id"), "0a1b");
  const Result<const Json*> missing = find_point(report, "0a1c");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, "no point \"0a1c\"; did you mean \"0a1b\"?");
}

TEST(Report, WrongFilesAreNamed) {
  const Result<Json> missing = read_report("/nonexistent/report.json");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("/nonexistent/report.json"));
  const Result<Json> broken = parse_report("{\"schema\": ", "r.json");
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message, HasSubstr("r.json:1"));
  Json unknown = sample_report({"a"});
  unknown["points"][0]["reslts"] = 1;
  const Result<Json> wrong = parse_report(write_report(unknown), "r.json");
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message,
              HasSubstr("points[0]: unknown key \"reslts\"; did you mean \"results\"?"));
}

}  // namespace
}  // namespace daris
