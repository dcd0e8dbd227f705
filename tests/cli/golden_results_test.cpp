// Points of every policy and every backend model give the results that were recorded with their version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "base/sha256.h"
#include "experiment/point_id.h"
#include "policy/registry.h"
#include "tests/cli/golden_results.h"
#include "tests/cli/merged_inputs.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

struct Point {
  std::string name;
  Words words;
  std::string follows;  // the point whose log comes behind the last of `words`
  bool merges = false;  // it has inputs of its own (merged_inputs.h)
};

const std::vector<Point> kPoints{
    {"daris-green", {"--contexts", "4", "--streams", "2", "--load", "1.4", "--replications", "2"}, ""},
    {"daris-mps",
     {"--backend", "mps", "--contexts", "3", "--oversubscription", "1.5", "--load", "1.6", "--set",
      "bound=0.8", "--set", "estimator=afet"},
     ""},
    {"daris-streams",
     {"--backend", "streams", "--contexts", "2", "--streams", "3", "--load", "1.2", "--load-by", "rate",
      "--set", "staging=off"},
     ""},
    {"daris-switches",
     {"--sms",          "64",
      "--contexts",     "4",
      "--load",         "1.5",
      "--priority-mix", "0.4",
      "--set",          "admission=published",
      "--set",          "admission_level0=on",
      "--set",          "migration=off",
      "--set",          "last_class=off",
      "--set",          "late_class=off",
      "--set",          "fixed_priority=off",
      "--set",          "window=2"},
     ""},
    {"daris-batched",
     {"--policy", "daris-batched", "--contexts", "4", "--oversubscription", "1.5", "--load", "2"},
     ""},
    {"daris-batched-staged",
     {"--policy", "daris-batched", "--backend", "mps", "--contexts", "2", "--load", "2", "--set",
      "staging=on", "--set", "binding=home"},
     ""},
    {"static", {"--policy", "static", "--backend", "mps", "--contexts", "4", "--load", "1.1"}, ""},
    {"fifo", {"--policy", "fifo", "--backend", "streams", "--load", "1.2"}, ""},
    {"edf", {"--policy", "edf", "--oversubscription", "contexts", "--load", "1.2"}, ""},
    {"batching", {"--policy", "batching", "--load", "1.3"}, ""},
    {"batching-wait",
     {"--policy", "batching", "--backend", "mps", "--batch-limit", "8", "--load", "1.5", "--set",
      "wait=latest"},
     ""},
    {"clockwork", {"--policy", "clockwork", "--load", "0.8", "--seed", "3"}, ""},
    {"edf-shed", {"--policy", "edf", "--load", "1.6", "--set", "shed=on"}, ""},
    {"instances",
     {"--policy", "instances", "--contexts", "3", "--load", "1.6", "--set", "queue_delay=500"},
     ""},
    {"merged", {"--policy", "merged", "--backend", "streams", "--contexts", "2"}, "", true},
    {"symphony", {"--policy", "symphony", "--contexts", "3", "--load", "1.6", "--batch-limit", "8"}, ""},
    {"releases", {"--policy", "edf", "--backend", "mps", "--releases"}, "daris-switches"},
    {"scripted-order", {"--backend", "mps", "--schedule"}, "daris-green"},
    {"scripted-time", {"--pace", "time", "--schedule"}, "batching-wait"},
};

// The log without the program's version, the names of files and what tasks run, which decide nothing.
std::string comparable_log(const std::string& log) {
  const std::size_t end = log.find('\n');
  Json header = parse_json(log.substr(0, end), "log").value();
  header.erase("program");
  header.erase("config");
  for (Json& task : header["setup"]["tasks"]) {
    task.erase("model");
    task.erase("precision");
  }
  return write_json_line(header) + log.substr(end);
}

class Golden : public ProgramTest {
 protected:
  [[nodiscard]] GoldenPoint run(const Point& point) const {
    Words words{
        "sim",
        "--task-set",
        point.merges ? write("merged-tasks.json", tasks_to_merge("own")) : test_data("golden-tasks.json"),
        "--profile",
        point.merges ? write("merged-profile.json", with_merged_networks(read(synthetic_profile()), 2))
                     : synthetic_profile(),
        "--model",
        test_data("contention.json"),
        "--log",
        path(point.name + ".jsonl"),
        "-o",
        path(point.name + ".json")};
    if (point.follows.empty()) words.insert(words.end(), {"--duration", "0.2s", "--warmup", "0.05s"});
    words.insert(words.end(), point.words.begin(), point.words.end());
    if (!point.follows.empty()) words.push_back(path(point.follows + ".jsonl"));
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 0) << point.name << ": " << result.messages;
    if (result.exit_code != 0) return {};
    Json said = read_report(path(point.name + ".json")).value()["points"][0];
    const std::string id = said["id"];
    said.erase("id");
    said.erase("config");
    const Json verdicts = take_verdicts(said);
    return {id, sha256_hex(write_json_line(said)), sha256_hex(write_json_line(verdicts)),
            sha256_hex(comparable_log(read(path(point.name + ".jsonl"))))};
  }
  [[nodiscard]] GoldenResults run_all() const {
    GoldenResults golden;
    golden.version = kResultsVersion;
    for (const Point& point : kPoints) golden.points[point.name] = run(point);
    return golden;
  }
};

TEST_F(Golden, ResultsAreThoseOfTheirVersion) {
  const std::string file = test_data("golden-results.json");
  const GoldenResults now = run_all();
  if (HasFailure()) return;
  const bool known = exists(file);
  const GoldenResults recorded =
      known ? golden_from_json(parse_json(read(file), file).value()) : GoldenResults();
  if (std::getenv("DARIS_RECORD") == nullptr) {
    const std::optional<std::string> complaint = golden_complaint(recorded, now);
    EXPECT_FALSE(complaint) << *complaint;
    return;
  }
  const std::optional<std::string> complaint = recording_complaint(recorded, now);
  ASSERT_FALSE(complaint) << *complaint;
  std::ofstream(file) << write_json(golden_to_json(now));
}

TEST_F(Golden, PointsHaveEveryPolicyAndBackendModel) {
  std::set<std::string> said{"daris", "scripted", "green"};  // by default, and with a schedule
  for (const Point& point : kPoints) said.insert(point.words.begin(), point.words.end());
  for (const PolicyInfo& policy : policy_table()) {
    EXPECT_TRUE(said.contains(std::string(policy.name))) << policy.name;
  }
  for (const char* const backend : {"mps", "streams"}) EXPECT_TRUE(said.contains(backend)) << backend;
}

GoldenResults sample(std::uint32_t version, const std::string& id, const std::string& results) {
  return {version, {{"a", {id, results, "words", "log"}}, {"b", {"ff", "same", "same", "same"}}}};
}

TEST(GoldenComplaint, AsksForANewVersionIfResultsChanged) {
  EXPECT_EQ(golden_complaint(sample(6, "01", "x"), sample(6, "01", "x")), std::nullopt);
  const GoldenResults changed = sample(6, "01", "y");
  const std::string complaint = golden_complaint(sample(6, "01", "x"), changed).value_or("");
  EXPECT_THAT(complaint, HasSubstr("results changed (a): raise kResultsVersion in point_id.h and record"));
  EXPECT_THAT(complaint, HasSubstr("DARIS_RECORD=1"));
  GoldenResults other_log = sample(6, "01", "x");
  other_log.points["b"].log_sha256 = "other";
  EXPECT_THAT(golden_complaint(sample(6, "01", "x"), other_log).value_or(""),
              HasSubstr("results changed (b)"));
  EXPECT_THAT(recording_complaint(sample(6, "01", "x"), changed).value_or(""),
              HasSubstr("raise kResultsVersion"));
}

TEST(GoldenComplaint, AsksForARecordingIfTheVersionWasRaised) {
  for (const char* const results : {"x", "y"}) {
    const GoldenResults raised = sample(7, "02", results);
    const std::string complaint = golden_complaint(sample(6, "01", "x"), raised).value_or("");
    EXPECT_THAT(complaint, HasSubstr("kResultsVersion is 7, the golden results are of version 6: record"));
    EXPECT_EQ(recording_complaint(sample(6, "01", "x"), raised), std::nullopt);
  }
  EXPECT_THAT(golden_complaint(sample(7, "01", "x"), sample(6, "01", "x")).value_or(""),
              HasSubstr("never goes down"));
  EXPECT_NE(recording_complaint(sample(7, "01", "x"), sample(6, "01", "x")), std::nullopt);
}

TEST(GoldenComplaint, AsksForARecordingIfPointsAreOthers) {
  const std::string complaint = golden_complaint(sample(6, "01", "x"), sample(6, "02", "y")).value_or("");
  EXPECT_THAT(complaint, HasSubstr("their ids (a): if that is meant, record"));
  EXPECT_EQ(recording_complaint(sample(6, "01", "x"), sample(6, "02", "y")), std::nullopt);
  GoldenResults fewer = sample(6, "01", "x");
  fewer.points.erase("b");
  EXPECT_THAT(golden_complaint(sample(6, "01", "x"), fewer).value_or(""), HasSubstr("(b)"));
  EXPECT_THAT(golden_complaint(fewer, sample(6, "01", "x")).value_or(""), HasSubstr("(b)"));
}

TEST(GoldenComplaint, AsksForARecordingIfOtherThingsAreSaidOfTheSameFigures) {
  GoldenResults other = sample(6, "01", "x");
  other.points["a"].verdicts_sha256 = "other words";
  EXPECT_THAT(golden_complaint(sample(6, "01", "x"), other).value_or(""),
              HasSubstr("and no figure (a): if that is meant, record"));
  EXPECT_EQ(recording_complaint(sample(6, "01", "x"), other), std::nullopt);
}

TEST(GoldenComplaint, TakesWhatIsSaidOutOfAPoint) {
  Json point = Json::parse(R"({"warnings": ["w"], "results": {"levels": [{"response_time_ms": {"p99": 1}}],
      "tasks": [{"slo_met": null, "missed": 2, "response_time_ms": {"p99": 1, "p99_95": [1, null]}}]}})");
  const Json verdicts = take_verdicts(point);
  EXPECT_EQ(verdicts, Json::parse(R"([{"warnings": ["w"]}, {}, {"slo_met": null, "p99_95": [1, null]}])"));
  EXPECT_EQ(point, Json::parse(R"({"results": {"levels": [{"response_time_ms": {"p99": 1}}],
      "tasks": [{"missed": 2, "response_time_ms": {"p99": 1}}]}})"));
}

TEST(GoldenComplaint, SurvivesTheFile) {
  const GoldenResults before = sample(6, "01", "x");
  const GoldenResults after = golden_from_json(golden_to_json(before));
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.points, before.points);
}

}  // namespace
}  // namespace daris
