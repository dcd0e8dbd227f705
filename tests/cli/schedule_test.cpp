// `daris sim --schedule`: it repeats the schedule of a log, and refuses some.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/logs/schedule_reader.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "drive/recorded_schedule.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class ScheduleProgram : public ProgramTest {
 protected:
  // A short run of the small task set, in overload, whose log is `log`.
  void record(const Words& more = {}) const {
    Words words{"--duration", "0.4s",  "--warmup",  "0.1s", "--load",
                "1.4",        "--log", path("log"), "-o",   path("r.json")};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult run = simulate(words);
    ASSERT_EQ(run.exit_code, 0) << run.messages;
  }
  ProgramResult repeat(const Words& more = {}) const {
    Words words{"sim", "--schedule", path("log"), "--log", path("again"), "-o", path("s.json")};
    words.insert(words.end(), more.begin(), more.end());
    return daris(words);
  }
  Json point(const std::string& file) const { return read_report(path(file)).value()["points"][0]; }

  void refused(const Words& words, const std::string& message) const {
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_THAT(result.messages, HasSubstr(message));
    EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
    EXPECT_EQ(result.output, "");
  }
};

// In the same world and with pace=time the run is the same to the nanosecond. Only its last stages are waited
// for.
TEST_F(ScheduleProgram, PacedByTimeIsTheSameRunAgain) {
  for (const Words& policy :
       {Words{"--contexts", "4", "--streams", "2", "--oversubscription", "3"}, Words{"--policy", "edf"},
        Words{"--policy", "static", "--contexts", "4"}, Words{"--policy", "batching", "--set", "wait=latest"},
        Words{"--policy", "clockwork"}, Words{"--backend", "mps", "--set", "staging=off"},
        Words{"--backend", "streams", "--contexts", "3", "--sms", "100"}}) {
    record(policy);
    const ProgramResult again = repeat({"--pace", "time"});
    ASSERT_EQ(again.exit_code, 0) << policy[1] << ": " << again.messages;
    const RecordedSchedule first = read_schedule(path("log")).value();
    const RecordedSchedule second = read_schedule(path("again")).value();
    ASSERT_EQ(first.stages.size(), second.stages.size());
    for (std::size_t i = 0; i < first.stages.size(); ++i) {
      ASSERT_TRUE(second.stages[i].started) << policy[1] << ", launch " << i;
      // Stages that the first run did not wait for have ended in the second one.
      if (first.stages[i].started) {
        ASSERT_EQ(first.stages[i].started, second.stages[i].started) << policy[1] << ", launch " << i;
      }
      ASSERT_EQ(first.schedule.launches[i].slot, second.schedule.launches[i].slot);
    }
    EXPECT_EQ(daris({"replay", path("again")}).exit_code, 0);
    const Json levels = point("r.json")["results"]["levels"];
    for (std::size_t level = 0; level < levels.size(); ++level) {
      const Json again_level = point("s.json")["results"]["levels"][level];
      for (const char* const count : {"released", "admitted", "rejected", "missed", "dropped"})
        EXPECT_EQ(again_level[count], levels[level][count]) << policy[1] << count;
      const auto executed = [](const Json& of) {
        return of["completed"].get<int>() + of["unfinished"].get<int>();
      };
      EXPECT_EQ(executed(again_level), executed(levels[level])) << policy[1];
    }
    const Json stages = point("s.json")["results"]["schedule"]["stages"];
    for (const Json& stage : stages) EXPECT_EQ(stage["start_error_ms"]["max_abs"], 0) << policy[1];
  }
}

TEST_F(ScheduleProgram, RunsOnAnotherMachineAndSaysHowFarItStrayed) {
  record({"--contexts", "4"});
  ASSERT_EQ(repeat({"--sms", "64"}).exit_code, 0);
  const Json schedule = point("s.json")["results"]["schedule"];
  ASSERT_GT(schedule["stages"].size(), 3U);
  EXPECT_GT(schedule["stages"][0]["duration_error_ms"]["mean"], 0) << "fewer SMs are slower";
  EXPECT_EQ(daris({"replay", path("again")}).exit_code, 0);
}

TEST_F(ScheduleProgram, TakesFromTheLogWhatIsLeftOpen) {
  record({"--contexts", "4", "--streams", "2", "--oversubscription", "3", "--backend", "mps"});
  ASSERT_EQ(repeat().exit_code, 0);
  const Json config = point("s.json")["config"];
  for (const char* const key : {"contexts", "streams", "oversubscription", "backend", "duration_s",
                                "warmup_s", "task_set", "profile", "model"})
    EXPECT_EQ(config[key], point("r.json")["config"][key]) << key;
  EXPECT_EQ(config["policy"], "scripted");
  ASSERT_EQ(repeat({"--backend", "streams", "--duration", "0.3s"}).exit_code, 0);
  EXPECT_EQ(point("s.json")["config"]["backend"], "streams");
  ASSERT_EQ(daris({"sim", "--config", path("s.json"), "-o", path("t.json")}).exit_code, 0);
  EXPECT_EQ(point("t.json"), point("s.json"));
}

TEST_F(ScheduleProgram, OfOtherPoliciesIsNull) {
  record();
  EXPECT_TRUE(point("r.json")["results"]["schedule"].is_null());
}

TEST_F(ScheduleProgram, IdDependsOnItsContentsNotItsName) {
  record();
  ASSERT_EQ(repeat().exit_code, 0);
  const std::string id = point("s.json")["id"];
  const std::string copy = write("copy", read(path("log")));
  ASSERT_EQ(daris({"sim", "--schedule", copy, "-o", path("s.json")}).exit_code, 0);
  EXPECT_EQ(point("s.json")["id"], id);
  ASSERT_EQ(repeat({"--pace", "time"}).exit_code, 0);
  EXPECT_NE(point("s.json")["id"], id);
  record({"--set", "bound=0.7"});  // the same releases, other decisions
  ASSERT_EQ(repeat().exit_code, 0);
  EXPECT_NE(point("s.json")["id"], id);
}

TEST_F(ScheduleProgram, IsAnAxisOfASweep) {
  record({"--contexts", "4"});
  const std::string sweep = write("s.json", R"({"schema": "daris.sweep", "version": 1,
      "grid": {"schedule": ["log"], "pace": ["order", "time"], "backend": ["green", "streams"]}})");
  const ProgramResult run = daris({"sweep", sweep, "-o", path("out")});
  ASSERT_EQ(run.exit_code, 0) << run.messages;
  EXPECT_THAT(run.messages, HasSubstr("4 of 4 points are finished"));
  refused({"sweep", write("t.json", R"({"schema": "daris.sweep", "version": 1,
      "grid": {"schedule": ["log"], "contexts": [4, 6]}})"),
           "-o", path("out2")},
          "is a schedule of 4 contexts of 1 streams; 6 contexts");
}

TEST_F(ScheduleProgram, RefusesWhatItCantFollow) {
  record({"--contexts", "4"});
  const Words sim{"sim", "--schedule", path("log")};
  const auto with = [&](const Words& more) {
    Words words = sim;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  refused(with({"--contexts", "8"}),
          "log: is a schedule of 4 contexts of 1 streams; 8 contexts of 1 streams are asked for");
  refused(with({"--streams", "2"}), "4 contexts of 2 streams are asked for");
  refused(with({"--duration", "5s"}), "log: covers 0.4 s; a duration of 5 s is asked for");
  refused(with({"--set", "staging=off"}), "is a schedule of stages");
  refused(with({"--policy", "edf"}), "not \"edf\"");
  refused(with({"--replications", "2"}), "replications: 2 is not 1");
  refused(with({"--releases", path("log")}), "stands beside a schedule");
  refused(with({"--pace", "speed"}),
          "--pace: switch \"pace\": \"speed\" is not one of its values (order|time)");
  refused({"sim", "--task-set", "resnet18-paper", "--pace", "time"}, "--pace: needs --schedule LOG");
  refused({"sim", "--task-set", "resnet18-paper", "--policy", "scripted"},
          "name the log of a run with --schedule");
  std::string other = read(test_data("cameras.json"));
  other.replace(other.find("\"side\""), 6, "\"rear\"");
  refused(with({"--task-set", write("other.json", other)}), "has no task of group \"rear\"");
}

TEST_F(ScheduleProgram, RefusesWhatIsNoWholeLog) {
  record();
  const std::string log = read(path("log"));
  refused({"sim", "--schedule", "/nowhere/log"}, "/nowhere/log: can't be read");
  refused({"sim", "--schedule", path("r.json")}, "r.json:1:");
  refused({"sim", "--schedule", write("cut", log.substr(0, log.size() / 2))}, "cut: is cut off");
  std::string swapped = log;
  const std::size_t stage = swapped.find("\"stage\":2");
  ASSERT_NE(stage, std::string::npos);
  swapped[stage + 8] = '1';
  refused({"sim", "--schedule", write("swapped", swapped)}, "swapped: schedule: launch ");
}

}  // namespace
}  // namespace daris
