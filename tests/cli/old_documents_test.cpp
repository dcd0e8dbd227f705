// The documents of daris 0.1.0 (data/version-0.1.0), which every later version reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/logs/event_log_reader.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

std::string old_file(const std::string& name) { return test_data("version-0.1.0/" + name); }

// The event logs of a folder of test data, in order of their names.
std::vector<std::string> logs_in(const std::string& folder) {
  std::vector<std::string> logs;
  for (const auto& entry : std::filesystem::directory_iterator(test_data(folder))) {
    if (entry.path().extension() == ".jsonl") logs.push_back(entry.path().string());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

const std::set<std::string> kFiles{"task_set", "profile", "model", "releases", "schedule"};

// Checks that the new configuration says all that the old one says, apart from the names of files.
void expect_config_kept(const Json& old_config, const Json& config) {
  for (const auto& [key, value] : old_config.items()) {
    if (key == "switches" || kFiles.contains(key)) continue;
    ASSERT_TRUE(config.contains(key)) << key;
    EXPECT_EQ(config[key], value) << key;
  }
  for (const auto& [key, value] : old_config["switches"].items()) {
    ASSERT_TRUE(config["switches"].contains(key)) << key;
    EXPECT_EQ(config["switches"][key], value) << key;
  }
}

class OldDocuments : public ProgramTest {
 protected:
  // `daris sim` on the old tasks with `words`; returns its point, or null if it failed.
  [[nodiscard]] Json simulate_old(const Words& words) const {
    Words all{"sim",
              "--task-set",
              old_file("tasks.json"),
              "--profile",
              synthetic_profile(),
              "--model",
              test_data("contention.json"),
              "--log",
              path("log"),
              "-o",
              path("report.json")};
    all.insert(all.end(), words.begin(), words.end());
    const ProgramResult run = daris(all);
    EXPECT_EQ(run.exit_code, 0) << words.front() << " " << words[1] << ": " << run.messages;
    return run.exit_code == 0 ? read_report(path("report.json")).value()["points"][0] : Json();
  }
};

TEST_F(OldDocuments, AreOfEveryPolicyAndBackend) {
  std::set<std::string> policies;
  std::set<std::string> backends;
  for (const char* const folder : {"version-0.1.0", "live-logs"}) {
    for (const std::string& log : logs_in(folder)) {
      const Result<EventLogReader> reader = EventLogReader::open(log);
      ASSERT_TRUE(reader.ok()) << reader.error().message;
      EXPECT_EQ(reader.value().header().program, "daris 0.1.0") << log;
      policies.insert(reader.value().header().policy);
      backends.insert(reader.value().header().config->at("backend").get<std::string>());
    }
  }
  EXPECT_EQ(policies,
            (std::set<std::string>{"daris", "static", "fifo", "edf", "batching", "clockwork", "scripted"}));
  EXPECT_EQ(backends, (std::set<std::string>{"green", "mps", "streams"}));
}

TEST_F(OldDocuments, LogsReplayToEqualDecisions) {
  for (const char* const folder : {"version-0.1.0", "live-logs"}) {
    for (const std::string& log : logs_in(folder)) {
      const ProgramResult replay = daris({"replay", log});
      EXPECT_EQ(replay.exit_code, 0) << replay.messages;
      EXPECT_THAT(replay.messages,
                  testing::ContainsRegex("[0-9]{2,} decisions over [0-9]{2,} events.* are equal"));
    }
  }
}

TEST_F(OldDocuments, LogsGiveTheirReleases) {
  for (const std::string& log : logs_in("version-0.1.0")) {
    const Json point = simulate_old({"--releases", log, "--policy", "edf"});
    ASSERT_FALSE(point.is_null());
    EXPECT_EQ(point["config"]["duration_s"], 0.1) << log;
    EXPECT_EQ(point["results"]["levels"][0]["released"], 10) << log;
  }
}

TEST_F(OldDocuments, LogsGiveTheirSchedules) {
  for (const std::string& log : logs_in("version-0.1.0")) {
    const Json point = simulate_old({"--schedule", log});
    ASSERT_FALSE(point.is_null());
    const Json& schedule = point["results"]["schedule"];
    EXPECT_GT(schedule["launches_recorded"], 10) << log;
    EXPECT_EQ(schedule["launches_executed"], schedule["launches_recorded"]) << log;
  }
}

TEST_F(OldDocuments, ReportsGiveTheirPointsBack) {
  for (const char* const name : {"report.json", "merged-report.json"}) {
    const Result<Json> report = read_report(old_file(name));
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report.value()["provenance"]["program"], "daris 0.1.0");
    for (const Json& old_point : report.value()["points"]) {
      const Json point =
          simulate_old({"--config", old_file(name), "--point", old_point["id"].get<std::string>()});
      ASSERT_FALSE(point.is_null());
      expect_config_kept(old_point["config"], point["config"]);
    }
  }
}

TEST_F(OldDocuments, ReportOfALiveRunGivesItsPointBack) {
  const Result<Json> report = read_report(old_file("live-report.json"));
  ASSERT_TRUE(report.ok()) << report.error().message;
  const Json& old_point = report.value()["points"][0];
  const Json point =
      simulate_old({"--config", old_file("live-report.json"), "--backend", "mps", "--duration", "0.1s",
                    "--warmup", "0.02s", "--point", old_point["id"].get<std::string>()});
  ASSERT_FALSE(point.is_null());
  Json shorter = old_point["config"];
  shorter["duration_s"] = 0.1;
  shorter["warmup_s"] = 0.02;
  expect_config_kept(shorter, point["config"]);
}

TEST_F(OldDocuments, SweepIsMergedToTheSamePoints) {
  const ProgramResult merge = daris({"merge", old_file("sweep"), "-o", path("merged.json")});
  ASSERT_EQ(merge.exit_code, 0) << merge.messages;
  EXPECT_THAT(merge.messages, testing::Not(HasSubstr("not finished")));
  const Json merged = read_report(path("merged.json")).value();
  EXPECT_EQ(merged["points"].size(), 3U);
  EXPECT_EQ(merged, read_report(old_file("merged-report.json")).value());
}

TEST_F(OldDocuments, ReportGivesItsAblations) {
  const ProgramResult run =
      daris({"ablations", old_file("merged-report.json"), "-o", path("ablations.json")});
  ASSERT_EQ(run.exit_code, 0) << run.messages;
  EXPECT_THAT(run.messages, HasSubstr("staging"));
}

}  // namespace
}  // namespace daris
