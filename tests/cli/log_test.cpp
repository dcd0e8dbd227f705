// Event logs through the program: every simulated one replays, and releases carry over from one policy to
// another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/logs/event_log_reader.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "policy/registry.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Log : public ProgramTest {
 protected:
  ProgramResult log_to(const std::string& file, const Words& more) const {
    Words words{"--duration", "0.5s", "--warmup", "0.1s", "--log", file, "-o", path("report.json")};
    words.insert(words.end(), more.begin(), more.end());
    return simulate(words);
  }
};

TEST_F(Log, OfEveryPolicyReplaysToEqualDecisions) {
  for (const PolicyInfo& policy : policy_table()) {
    if (policy.scripted || policy.merges) continue;  // schedule_test.cpp, merged_test.cpp
    for (const char* const backend : {"green", "mps", "streams"}) {
      if (policy.isolated && std::string(backend) == "streams") continue;
      const ProgramResult run =
          log_to(path("log"), {"--policy", std::string(policy.name), "--backend", backend, "--load", "1.4",
                               "--contexts", "4", "--streams", "2"});
      ASSERT_EQ(run.exit_code, 0) << run.messages;
      const ProgramResult replay = daris({"replay", path("log")});
      EXPECT_EQ(replay.exit_code, 0) << policy.name << " on " << backend << ": " << replay.messages;
      EXPECT_THAT(replay.messages, HasSubstr("are equal"));
    }
  }
}

TEST_F(Log, OfEverySwitchReplaysToEqualDecisions) {
  for (const char* const assignment :
       {"staging=off", "last_class=off", "late_class=off", "fixed_priority=off", "estimator=afet", "window=1",
        "migration=off", "admission=published", "admission=none", "admission_level0=on", "bound=0.7"}) {
    ASSERT_EQ(log_to(path("log"), {"--load", "1.4", "--set", assignment}).exit_code, 0) << assignment;
    const ProgramResult replay = daris({"replay", path("log")});
    EXPECT_EQ(replay.exit_code, 0) << assignment << ": " << replay.messages;
  }
}

// These were recorded on an H100 (data/live-logs/README.md). Logs of a real GPU hold things that simulated
// ones do not, such as times that no model gives and completions that are seen late.
TEST_F(Log, RecordedOnAGpuReplaysToEqualDecisions) {
  for (const std::string name : {"green", "green-batching", "mps", "streams"}) {
    const std::string log = test_data("live-logs/" + name + ".jsonl");
    const Result<EventLogReader> opened = EventLogReader::open(log);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    const EventLogHeader& header = opened.value().header();
    EXPECT_EQ(header.kind, "live") << name;
    EXPECT_EQ(header.config->at("backend"), name.substr(0, name.find('-')));
    const ProgramResult replay = daris({"replay", log});
    EXPECT_EQ(replay.exit_code, 0) << name << ": " << replay.messages;
    EXPECT_THAT(replay.messages,
                testing::ContainsRegex("[0-9]{3,} decisions over [0-9]{3,} events.* are equal"));
  }
}

// The other way round: the simulator repeats a GPU's run.
TEST_F(Log, RecordedOnAGpuGivesReleasesAndScheduleToTheSimulator) {
  for (const std::string name : {"green", "mps", "streams"}) {
    const std::string log = test_data("live-logs/" + name + ".jsonl");
    const auto counted = [](const std::string& file) {
      const std::size_t tasks = EventLogReader::open(file).value().header().setup.tasks.size();
      ReleaseList releases = read_releases(file, tasks).value().releases;
      std::erase_if(releases, [](const Release& one) { return one.nominal >= Time::from_ns(150'000'000); });
      return releases;
    };
    const ReleaseList recorded = counted(log);
    EXPECT_GT(recorded.size(), 100U);
    for (const Words& words :
         {Words{"--releases", log, "--contexts", "2", "--streams", "2"}, Words{"--schedule", log}}) {
      Words all{"sim", "--task-set", "mixed-paper", "--log", path("log"), "-o", path("report.json")};
      all.insert(all.end(), words.begin(), words.end());
      const ProgramResult run = daris(all);
      ASSERT_EQ(run.exit_code, 0) << name << ": " << run.messages;
      EXPECT_EQ(counted(path("log")), recorded) << name << " " << words.front();
    }
    const Json report = read_report(path("report.json")).value();
    const Json& schedule = report["points"][0]["results"]["schedule"];
    EXPECT_EQ(schedule["launches_executed"], schedule["launches_recorded"]) << name;
  }
}

TEST_F(Log, ThatReleasesAJobTwiceIsRefused) {
  ASSERT_EQ(log_to(path("log"), {"--load", "1.2"}).exit_code, 0);
  std::string text = read(path("log"));
  const std::string second = "\"ordinal\":1,\"nominal";
  const std::size_t at = text.find(second);
  ASSERT_NE(at, std::string::npos);
  const std::string changed = write("changed", text.replace(at, second.size(), "\"ordinal\":0,\"nominal"));
  for (const char* const flag : {"--schedule", "--releases"}) {
    const ProgramResult run = simulate({flag, changed, "-o", path("r.json")});
    EXPECT_EQ(run.exit_code, 2) << flag << ": " << run.messages;
    EXPECT_THAT(run.messages, testing::ContainsRegex("releases job 0 of task [0-9]+ where job 1 is next"))
        << flag;
  }
}

TEST_F(Log, IsNotWrittenOver) {
  ASSERT_EQ(log_to(path("log"), {}).exit_code, 0);
  const std::string before = read(path("log"));
  for (const Words& words :
       {Words{"--log", path("new"), "-o", path("new")}, Words{"--schedule", path("log"), "-o", path("log")},
        Words{"--schedule", path("log"), "--log", path("./log"), "-o", path("r.json")},
        Words{"--releases", path("log"), "--log", path("log"), "-o", path("r.json")}}) {
    EXPECT_EQ(simulate(words).exit_code, 2);
    EXPECT_EQ(read(path("log")), before);
    EXPECT_FALSE(exists(path("new")));
  }
  EXPECT_EQ(
      simulate({"--duration", "0.2s", "--warmup", "0.1s", "--log", "/dev/null", "-o", "/dev/null"}).exit_code,
      0);
}

TEST_F(Log, ThatWasTamperedWithDoesNotReplay) {
  ASSERT_EQ(log_to(path("log"), {"--load", "1.4"}).exit_code, 0);
  std::string text = read(path("log"));
  const std::size_t at = text.find("\"context\":", text.find("\"admit_job\""));
  ASSERT_NE(at, std::string::npos);
  char& digit = text[at + 10];
  digit = digit == '0' ? '1' : '0';
  const ProgramResult replay = daris({"replay", write("changed", text)});
  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_THAT(replay.messages, HasSubstr("changed"));
}

TEST_F(Log, ThatHoldsNoEventShowsNothing) {
  ASSERT_EQ(log_to(path("log"), {}).exit_code, 0);
  const std::string text = read(path("log"));
  const std::string header = text.substr(0, text.find('\n') + 1);
  for (const std::string& empty : {header, header + "{\"end_ns\":500000000}\n"}) {
    const ProgramResult replay = daris({"replay", write("empty", empty)});
    EXPECT_EQ(replay.exit_code, 1);
    EXPECT_THAT(replay.messages, HasSubstr("empty: has no event, so nothing was compared"));
  }
}

TEST_F(Log, IsDecidedAnewToTheSameBytes) {
  ASSERT_EQ(log_to(path("log"), {}).exit_code, 0);
  const ProgramResult decided = daris({"replay", path("log"), "--decide", "-o", path("again")});
  EXPECT_EQ(decided.exit_code, 0) << decided.messages;
  EXPECT_EQ(daris({"replay", path("again")}).exit_code, 0);
}

TEST_F(Log, GivesItsReleasesToAnyPolicyAndBackend) {
  ASSERT_EQ(log_to(path("a"), {"--policy", "daris", "--load", "1.3"}).exit_code, 0);
  for (const Words& other : {Words{"--policy", "edf"}, Words{"--policy", "batching"},
                             Words{"--backend", "streams"}, Words{"--contexts", "2", "--backend", "mps"}}) {
    Words words = other;
    words.insert(words.end(), {"--releases", path("a")});
    const ProgramResult run = log_to(path("b"), words);
    ASSERT_EQ(run.exit_code, 0) << run.messages;
    const Result<EventLogReader> header = EventLogReader::open(path("a"));
    ASSERT_TRUE(header.ok());
    const std::size_t tasks = header.value().header().setup.tasks.size();
    const Result<LoggedReleases> logged_a = read_releases(path("a"), tasks);
    const Result<LoggedReleases> logged_b = read_releases(path("b"), tasks);
    ASSERT_TRUE(logged_a.ok() && logged_b.ok()) << (logged_b.ok() ? "" : logged_b.error().message);
    const ReleaseList& a = logged_a.value().releases;
    const ReleaseList& b = logged_b.value().releases;
    // One run may go on a little longer than the other; up to there they are the same jobs.
    const std::size_t common = std::min(a.size(), b.size());
    EXPECT_GT(common, 1000U);
    EXPECT_TRUE(std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()));
    EXPECT_LT(std::max(a.size(), b.size()) - common, 600U);
  }
}

TEST_F(Log, GivesItsTimesWithItsReleases) {
  ASSERT_EQ(log_to(path("a"), {}).exit_code, 0);
  const auto times = [this](const Words& more) {
    Words words{"--releases", path("a"), "-o", path("r.json")};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult run = simulate(words);
    EXPECT_EQ(run.exit_code, 0) << run.messages;
    const Json config = Json::parse(read(path("r.json")))["points"][0]["config"];
    return std::pair<double, double>(config["duration_s"], config["warmup_s"]);
  };
  EXPECT_EQ(times({}), std::pair(0.5, 0.1));
  EXPECT_EQ(times({"--duration", "0.4s"}), std::pair(0.4, 0.1));
}

TEST_F(Log, BringsItsOwnTaskSet) {
  ASSERT_EQ(log_to(path("a"), {"--load", "0.7"}).exit_code, 0);
  const ProgramResult run =
      daris({"sim", "--releases", path("a"), "--profile", synthetic_profile(), "--model",
             test_data("contention.json"), "--duration", "0.5s", "--warmup", "0.1s", "--log", path("b")});
  EXPECT_EQ(run.exit_code, 0) << run.messages;
  EXPECT_THAT(run.output, HasSubstr("cameras.json"));
}

TEST_F(Log, OfOtherTasksIsRefused) {
  ASSERT_EQ(log_to(path("a"), {}).exit_code, 0);
  std::string other = read(test_data("cameras.json"));
  other.replace(other.find("\"side\""), 6, "\"rear\"");
  const ProgramResult run = simulate({"--task-set", write("other.json", other), "--releases", path("a")});
  EXPECT_EQ(run.exit_code, 2);
  const ProgramResult named =
      daris({"sim", "--task-set", path("other.json"), "--releases", path("a"), "--profile",
             synthetic_profile(), "--model", test_data("contention.json")});
  EXPECT_EQ(named.exit_code, 2);
  EXPECT_THAT(named.messages, HasSubstr("has no task of group \"rear\""));
}

TEST_F(Log, ReplaysWithProgressOnlyWhereItIsAskedFor) {
  ASSERT_EQ(log_to(path("log"), {}).exit_code, 0);
  EXPECT_THAT(daris({"replay", path("log")}).messages, testing::Not(HasSubstr("%")));
  const ProgramResult shown = daris({"replay", path("log"), "--progress"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.messages, testing::ContainsRegex("MB  100%  .*are equal"));
}

}  // namespace
}  // namespace daris
