// `daris run` on the backend cpu, as a user starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <cstdlib>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "analysis/logs/event_log_line.h"
#include "analysis/logs/event_log_reader.h"
#include "analysis/logs/schedule_reader.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "drive/recorded_schedule.h"
#include "policy/registry.h"
#include "policy/schedule_check.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Run : public ProgramTest {
 protected:
  // The flags of a short run; `more` wins over them.
  static Words words(const Words& more) {
    Words all{"run"};
    all.insert(all.end(), more.begin(), more.end());
    const Words usual{"--backend", "cpu",        "--task-set", "small-cnn", "--contexts",
                      "2",         "--duration", "0.4s",       "--warmup",  "0.1s"};
    for (std::size_t i = 0; i < usual.size(); i += 2) {
      if (std::find(more.begin(), more.end(), usual[i]) == more.end())
        all.insert(all.end(), {usual[i], usual[i + 1]});
    }
    all.emplace_back("--no-saturation");  // takes seconds
    return all;
  }
  ProgramResult run(const Words& more) const { return daris(words(more)); }
  // Two seconds into the run, which logs to path("log").
  ProgramResult interrupt(const Words& words, int signal = SIGINT) const {
    const pid_t process = start(words);
    while (!exists(path("log"))) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::this_thread::sleep_for(std::chrono::seconds(2));
    ::kill(process, signal);
    const auto asked = std::chrono::steady_clock::now();
    ProgramResult result = wait(process);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
    return result;
  }
  // The report in r.json.
  Json report() const { return read_report(path("r.json")).value(); }
};

TEST_F(Run, WritesAReportOfTheLiveKind) {
  Words with_saturation = words({"-o", path("r.json")});
  std::erase(with_saturation, "--no-saturation");
  const ProgramResult result = daris(with_saturation);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json live = report();
  EXPECT_EQ(live["kind"], "live");
  EXPECT_EQ(live["provenance"]["command"].get<std::string>().substr(0, 9), "daris run");
  EXPECT_TRUE(live["provenance"]["versions"]["libtorch"].is_string());
  const Json& point = live["points"][0];
  EXPECT_EQ(point["config"]["backend"], "cpu");
  EXPECT_EQ(point["granted_sms"], Json({1, 1}));
  EXPECT_TRUE(point["load_reached"].is_null()) << "no load was asked for, so none was measured";
  for (const char* const figure : {"decision_ns", "completion_to_launch_ns", "release_lateness_ns"}) {
    EXPECT_GT(point["results"]["runtime"][figure]["count"], 0) << figure;
  }
  for (const char* const on_a_gpu : {"gpu_memory_bytes", "context_memory_bytes", "idle_turn_ns"})
    EXPECT_TRUE(point["results"]["runtime"][on_a_gpu].is_null()) << on_a_gpu;
  EXPECT_GT(point["results"]["stage_slowdown"]["mean"], 0);
  EXPECT_GT(point["results"]["runtime"]["full_load_share"], 0);
  EXPECT_GT(point["saturation"]["saturation_share"], 0);
  EXPECT_GT(point["saturation"]["whole_model_jobs_per_s"], 0);
  for (const Json& level : point["results"]["levels"]) {
    EXPECT_GT(level["completed"], 0);
    EXPECT_EQ(level["released"], level["admitted"].get<int>() + level["rejected"].get<int>());
  }
}

TEST_F(Run, LogsReplayToEqualDecisions) {
  for (const PolicyInfo& policy : policy_table()) {
    if (policy.scripted || policy.merges) continue;  // below
    const ProgramResult result =
        run({"--policy", std::string(policy.name), "--batch-limit", "4", "--streams", "2", "--load", "1.3",
             "--load-by", "rate", "--log", path("log"), "-o", path("r.json")});
    ASSERT_EQ(result.exit_code, 0) << policy.name << ": " << result.messages;
    const ProgramResult replay = daris({"replay", path("log")});
    EXPECT_EQ(replay.exit_code, 0) << policy.name << ": " << replay.messages;
    EXPECT_THAT(replay.messages, HasSubstr("are equal"));
    EXPECT_NEAR(report()["points"][0]["load_reached"].get<double>(), 1.3, 0.01);
  }
}

TEST_F(Run, MergesNetworksWithWeightsOfTheirOwn) {
  const std::string tasks = write("own.json", R"({"schema": "daris.task-set", "version": 1, "name": "own",
    "tasks": [{"name": "cameras", "count": 11, "model": "small_cnn", "precision": "fp32", "rate_hz": 30, "priority": 0,
               "weights": "own"}]})");
  const ProgramResult result = run({"--policy", "merged", "--task-set", tasks, "--contexts", "1", "--log",
                                    path("log"), "-o", path("r.json")});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(report()["points"][0]["batch_limits"], (Json{8, 8}));
  EXPECT_GT(report()["points"][0]["results"]["levels"][0]["completed"], 50);
  const ProgramResult replay = daris({"replay", path("log")});
  EXPECT_EQ(replay.exit_code, 0) << replay.messages;
}

TEST_F(Run, ReleasesOfALogAreTheSameInEitherWorld) {
  ASSERT_EQ(run({"--log", path("live"), "-o", path("r.json")}).exit_code, 0);
  ASSERT_EQ(
      run({"--releases", path("live"), "--policy", "static", "--log", path("again"), "-o", path("r.json")})
          .exit_code,
      0);
  const ProgramResult simulated =
      daris({"sim", "--releases", path("live"), "--profile", synthetic_profile(), "--model",
             test_data("contention.json"), "--policy", "fifo", "--duration", "0.4s", "--warmup", "0.1s",
             "--log", path("simulated"), "-o", path("s.json")});
  // How long a run goes on after its window depends on when the last counted job is settled.
  const auto counted = [this](const std::string& log) {
    constexpr std::size_t kTasks = 12;
    ReleaseList releases = read_releases(path(log), kTasks).value().releases;
    std::erase_if(releases,
                  [](const Release& release) { return release.nominal >= Time::from_ns(400'000'000); });
    return releases;
  };
  const ReleaseList first = counted("live");
  EXPECT_GT(first.size(), 100U);
  EXPECT_EQ(counted("again"), first);
  ASSERT_EQ(simulated.exit_code, 0) << simulated.messages;
  EXPECT_EQ(counted("simulated"), first);
}

std::map<std::uint32_t, std::vector<std::string>> launches_by_slot(const RecordedSchedule& recorded) {
  std::map<std::uint32_t, std::vector<std::string>> by_slot;
  for (const ScheduledLaunch& launch : recorded.schedule.launches) {
    by_slot[launch.slot.value()].push_back(
        describe(LaunchStage{launch.slot, launch.stage, launch.batch, jobs_of(recorded.schedule, launch)}));
  }
  return by_slot;
}

// Simulated, under overload, with rejections: live every stage has its recorded slot and order.
TEST_F(Run, ExecutesTheScheduleOfASimulatedRun) {
  const ProgramResult simulated = daris({"sim",
                                         "--task-set",
                                         "small-cnn",
                                         "--profile",
                                         synthetic_profile(),
                                         "--model",
                                         test_data("contention.json"),
                                         "--contexts",
                                         "2",
                                         "--streams",
                                         "2",
                                         "--load",
                                         "1.5",
                                         "--load-by",
                                         "rate",
                                         "--sms",
                                         "16",
                                         "--duration",
                                         "0.3s",
                                         "--warmup",
                                         "0.1s",
                                         "--log",
                                         path("simulated"),
                                         "-o",
                                         path("s.json")});
  ASSERT_EQ(simulated.exit_code, 0) << simulated.messages;
  const RecordedSchedule schedule = read_schedule(path("simulated")).value();
  for (const char* const pace : {"order", "time"}) {
    const ProgramResult live = daris({"run", "--schedule", path("simulated"), "--pace", pace, "--backend",
                                      "cpu", "--log", path("live"), "-o", path("r.json")});
    ASSERT_EQ(live.exit_code, 0) << live.messages;
    const RecordedSchedule executed = read_schedule(path("live")).value();
    const Json results = report()["points"][0]["results"]["schedule"];
    EXPECT_EQ(results["launches_recorded"], schedule.schedule.launches.size());
    EXPECT_EQ(results["launches_executed"], executed.schedule.launches.size());
    EXPECT_EQ(results["stages"].size(), 3U);
    for (const Json& stage : results["stages"]) EXPECT_GT(stage["start_error_ms"]["count"], 0);
    // A live run may end a little before or after. The schedule begins with all that it did.
    std::map<std::uint32_t, std::vector<std::string>> recorded = launches_by_slot(schedule);
    for (const auto& [slot, launches] : launches_by_slot(executed)) {
      ASSERT_GE(recorded[slot].size(), launches.size());
      recorded[slot].resize(launches.size());
      EXPECT_EQ(launches, recorded[slot]) << "slot " << slot;
    }
    EXPECT_EQ(daris({"replay", path("live")}).exit_code, 0);
  }
}

TEST_F(Run, ExecutesItsOwnScheduleAgainAndInTheSimulator) {
  ASSERT_EQ(run({"--streams", "2", "--log", path("live"), "-o", path("r.json")}).exit_code, 0);
  const ProgramResult again =
      daris({"run", "--schedule", path("live"), "--log", path("again"), "-o", path("r.json")});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(report()["points"][0]["config"]["backend"], "cpu") << "the log's";
  const ProgramResult simulated = daris(
      {"sim", "--schedule", path("live"), "--backend", "streams", "--profile", synthetic_profile(), "--model",
       test_data("contention.json"), "--pace", "time", "--log", path("simulated"), "-o", path("s.json")});
  ASSERT_EQ(simulated.exit_code, 0) << simulated.messages;
  const RecordedSchedule live = read_schedule(path("live")).value();
  for (const char* const log : {"again", "simulated"}) {
    const RecordedSchedule executed = read_schedule(path(log)).value();
    const std::size_t jobs = std::min(live.schedule.jobs.size(), executed.schedule.jobs.size());
    EXPECT_GT(jobs, 100U);
    std::map<std::uint32_t, std::vector<std::string>> recorded = launches_by_slot(live);
    for (auto& [slot, launches] : launches_by_slot(executed)) {
      const std::size_t common = std::min(launches.size(), recorded[slot].size());
      EXPECT_TRUE(std::equal(launches.begin(), launches.begin() + static_cast<std::ptrdiff_t>(common),
                             recorded[slot].begin()))
          << log << ", slot " << slot;
    }
    EXPECT_EQ(daris({"replay", path(log)}).exit_code, 0);
  }
}

// Batches too, if their sizes are those that a live run knows.
TEST_F(Run, ExecutesScheduledBatches) {
  ASSERT_EQ(run({"--policy", "batching", "--batch-limit", "4", "--load", "1.3", "--load-by", "rate", "--log",
                 path("live"), "-o", path("r.json")})
                .exit_code,
            0);
  const ProgramResult again =
      daris({"run", "--schedule", path("live"), "--log", path("again"), "-o", path("r.json")});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(daris({"replay", path("again")}).exit_code, 0);
}

TEST_F(Run, RefusesAScheduleThatItCantExecute) {
  const ProgramResult simulated =
      daris({"sim", "--task-set", test_data("cameras.json"), "--profile", synthetic_profile(), "--model",
             test_data("contention.json"), "--duration", "0.2s", "--warmup", "0.1s", "--log", path("log"),
             "-o", path("s.json")});
  ASSERT_EQ(simulated.exit_code, 0) << simulated.messages;
  const ProgramResult shape =
      daris({"run", "--schedule", path("log"), "--backend", "cpu", "--contexts", "2"});
  EXPECT_EQ(shape.exit_code, 2);
  EXPECT_THAT(shape.messages, HasSubstr("is a schedule of 8 contexts of 1 streams"));
  const ProgramResult tasks =
      daris({"run", "--schedule", path("log"), "--backend", "cpu", "--task-set", "small-cnn"});
  EXPECT_EQ(tasks.exit_code, 2);
  EXPECT_THAT(tasks.messages, HasSubstr("has no task of group"));
}

TEST_F(Run, TakesTheConfigurationOfAReportBack) {
  ASSERT_EQ(run({"--no-copies", "--policy", "edf", "--seed", "9", "-o", path("r.json")}).exit_code, 0);
  const Json first = report()["points"][0];
  EXPECT_EQ(first["config"]["copies"], "off");
  ASSERT_EQ(daris({"run", "--config", path("r.json"), "-o", path("again.json")}).exit_code, 0);
  const Json again = read_report(path("again.json")).value()["points"][0];
  EXPECT_EQ(again["id"], first["id"]);
  EXPECT_EQ(again["warnings"], first["warnings"]);
}

TEST_F(Run, SaysThatItReadNoProfile) {
  ASSERT_EQ(run({"--profile", synthetic_profile(), "-o", path("r.json")}).exit_code, 0);
  const Json point = report()["points"][0];
  EXPECT_TRUE(point["config"]["profile"].is_null());
  EXPECT_THAT(point["warnings"][0].get<std::string>(), HasSubstr("was not read"));
}

TEST_F(Run, ChoosesABackendAndSaysWhy) {
  ::setenv("CUDA_VISIBLE_DEVICES", "-1", 1);
  const ProgramResult result = run({"--backend", "auto", "-o", path("r.json")});
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.messages, HasSubstr("backend auto: cpu"));
  EXPECT_EQ(report()["points"][0]["config"]["backend"], "cpu");
}

TEST_F(Run, SaysThatThereIsNoGpu) {
  ::setenv("CUDA_VISIBLE_DEVICES", "-1", 1);
  for (const char* const backend : {"green", "mps", "streams"}) {
    const ProgramResult result = run({"--backend", backend});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.messages, HasSubstr("no NVIDIA"));
    EXPECT_THAT(result.messages, HasSubstr("--backend cpu"));
  }
  const std::string sweep = write_sweep("sweep.json", R"({"backend": "green"})");
  const ProgramResult swept = daris({"sweep", sweep, "--live", "-o", path("swept")});
  EXPECT_EQ(swept.exit_code, 3);
  EXPECT_THAT(swept.messages, HasSubstr("no NVIDIA"));
  // It says so before it searches.
  const ProgramResult searched = daris({"capacity", "--task-set", "small-cnn", "--live"});
  EXPECT_EQ(searched.exit_code, 3);
  EXPECT_THAT(searched.messages, ::testing::MatchesRegex("daris: --live: [^\n]*no NVIDIA[^\n]*\n"));
  ::unsetenv("CUDA_VISIBLE_DEVICES");
}

TEST_F(Run, ChoosesABatchLimit) {
  const ProgramResult result = run({"--policy", "batching", "--load", "1.5", "--load-by", "rate", "--log",
                                    path("log"), "-o", path("r.json")});
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_THAT(result.messages, AllOf(HasSubstr("batch limit "), HasSubstr("of 1, 2")));
  const Json point = report()["points"][0];
  ASSERT_EQ(point["batch_limits"].size(), 1U);
  EXPECT_THAT(point["batch_limits"][0].get<int>(), ::testing::AnyOf(1, 2, 4, 8, 16, 32))
      << "by what is measured here";
  EXPECT_TRUE(point["config"]["batch_limit"].is_null());
  const ProgramResult replay = daris({"replay", path("log")});
  EXPECT_EQ(replay.exit_code, 0) << replay.messages;
}

TEST_F(Run, SaysWhatItCantDo) {
  const ProgramResult sms = run({"--sms", "8"});
  EXPECT_EQ(sms.exit_code, 2);
  EXPECT_THAT(sms.messages, HasSubstr("sms: 8"));
  EXPECT_EQ(run({"--task-set", "nowhere"}).exit_code, 2);
}

TEST_F(Run, SweepsOnHardwareAndGoesOnWhereItWas) {
  const std::string sweep =
      write("s.json", R"({"schema": "daris.sweep", "version": 1, "task_sets": ["small-cnn"],
      "grid": {"policy": ["daris", "edf"], "backend": "cpu", "contexts": 2, "load": 1.2}, "duration_s": 0.2, "warmup_s": 0.05})");
  const ProgramResult first = daris({"sweep", sweep, "--live", "-o", path("out")});
  ASSERT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_THAT(first.messages, HasSubstr("2 of 2 points are finished"));
  const ProgramResult dry = daris({"sweep", sweep, "--live", "-o", path("out"), "--dry-run"});
  EXPECT_EQ(dry.output.find("to run"), std::string::npos) << dry.output;
  ASSERT_EQ(daris({"merge", path("out"), "-o", path("r.json")}).exit_code, 0);
  EXPECT_EQ(report()["kind"], "live");
  EXPECT_EQ(report()["points"].size(), 2U);
  EXPECT_TRUE(report()["points"][0]["saturation"].is_null()) << "left out in sweeps";

  std::string plan = read(path("out") + "/plan.json");
  const std::size_t machine = plan.find("CPU ");
  ASSERT_NE(machine, std::string::npos) << plan;
  write("out/plan.json", plan.replace(machine, 4, "Old "));
  const ProgramResult elsewhere = daris({"sweep", sweep, "--live", "-o", path("out")});
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_THAT(elsewhere.messages, AllOf(HasSubstr("was begun on \"Old "), HasSubstr("this is \"CPU ")));
}

TEST_F(Run, ALiveSweepThatWasEndedGoesOnWhereItWas) {
  const std::string sweep =
      write("s.json", R"({"schema": "daris.sweep", "version": 1, "task_sets": ["small-cnn"],
      "grid": {"policy": ["daris", "edf", "fifo"], "backend": "cpu", "contexts": 2}, "duration_s": 1, "warmup_s": 0.05})");
  const Words words{"sweep", sweep, "--live", "-o", path("out")};
  const auto finished = [this] {
    std::map<std::string, std::string> points;
    if (!exists(path("out/points"))) return points;
    for (const auto& file : std::filesystem::directory_iterator(path("out/points")))
      if (file.path().extension() == ".json")
        points.emplace(file.path().filename(), read(file.path().string()));
    return points;
  };
  for (const auto& [signal, exit_code] : {std::pair(SIGINT, 130), std::pair(SIGKILL, 128 + SIGKILL)}) {
    const std::size_t before = finished().size();
    const pid_t process = start(words);
    while (finished().size() == before) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto points = finished();
    ::kill(process, signal);
    EXPECT_EQ(wait(process).exit_code, exit_code);
    EXPECT_EQ(finished(), points);
  }
  const auto two = finished();
  ASSERT_EQ(two.size(), 2U);
  ASSERT_EQ(daris(words).exit_code, 0);
  const auto all = finished();
  EXPECT_EQ(all.size(), 3U);
  for (const auto& [name, contents] : two) EXPECT_EQ(all.at(name), contents) << "it is not run again";
}

TEST_F(Run, KeepsWhatItCountedOnCtrlC) {
  const ProgramResult result =
      interrupt(words({"--duration", "60s", "--log", path("log"), "-o", path("r.json")}));
  EXPECT_EQ(result.exit_code, 130) << result.messages;
  const Json point = report()["points"][0];
  EXPECT_EQ(point["partial"], true);
  EXPECT_LT(point["results"]["window_s"], 59);
  EXPECT_GT(point["results"]["levels"][0]["completed"], 0);
  EXPECT_EQ(daris({"replay", path("log")}).exit_code, 0) << "the log is whole as far as it goes";
}

TEST_F(Run, GoesOnWhenItWasStoppedAndSaysSo) {
  // So few jobs that a busy machine has them in time, but for the stop.
  const std::string few =
      write("few.json", R"({"schema": "daris.task-set", "version": 1, "name": "few", "tasks": [
      {"name": "first", "count": 1, "model": "small_cnn", "priority": 0, "rate_hz": 10},
      {"name": "second", "count": 1, "model": "small_cnn", "priority": 1, "rate_hz": 10}]})");
  const pid_t process =
      start(words({"--task-set", few, "--duration", "5s", "--log", path("log"), "-o", path("r.json")}));
  while (!exists(path("log"))) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::seconds(2));
  ::kill(process, SIGSTOP);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ::kill(process, SIGCONT);
  const ProgramResult result = wait(process);
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_THAT(report()["points"][0]["warnings"].dump(), HasSubstr("the program stood still for "));
  EXPECT_EQ(report()["points"][0]["partial"], false);
  const Json results = report()["points"][0]["results"];
  EXPECT_GT(results["runtime"]["host_gaps"]["max_ns"], 800'000'000);
  EXPECT_LT(results["runtime"]["host_gaps"]["max_ns"], 2'000'000'000);
  for (const Json& level : results["levels"]) {
    EXPECT_GT(level["missed_by_host"], 0) << "its periods are shorter than the stop";
    EXPECT_LE(level["missed_by_host"], level["missed"]);
  }
}

TEST_F(Run, HasRealTimePriorityOrSaysWhyNot) {
  const ProgramResult result = run({"--realtime", "-o", path("r.json")});
  if (result.exit_code != 0) {
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THAT(result.messages, HasSubstr("realtime: the system refuses real-time priority"));
    EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
    return;
  }
  EXPECT_EQ(report()["points"][0]["config"]["realtime"], "on");
}

// timeout(1) does so: it signals the program, then its whole group.
TEST_F(Run, KeepsWhatItCountedWhenItIsToldTwiceAtOnce) {
  const pid_t process = start(words({"--duration", "60s", "--log", path("log"), "-o", path("r.json")}));
  while (!exists(path("log"))) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  for (const int signal : {SIGTERM, SIGTERM, SIGINT}) {
    ::kill(process, signal);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  EXPECT_EQ(wait(process).exit_code, 130);
  EXPECT_EQ(report()["points"][0]["partial"], true);
}

TEST_F(Run, WritesItsReportWhereTheDiskOfItsLogIsFull) {
  const ProgramResult result = run({"--log", "/dev/full", "-o", path("r.json")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.messages, HasSubstr("No space left on device; the report stands all the same"));
  const Json point = report()["points"][0];
  EXPECT_EQ(point["partial"], false);
  EXPECT_GT(point["results"]["levels"][0]["completed"], 0);
  EXPECT_THAT(point["warnings"].dump(), HasSubstr("/dev/full: the event log can't be written"));
}

TEST_F(Run, KeepsWhatItCountedWhenItsTerminalIsClosed) {
  EXPECT_EQ(
      interrupt(words({"--duration", "60s", "--log", path("log"), "-o", path("r.json")}), SIGHUP).exit_code,
      130);
  EXPECT_EQ(report()["points"][0]["partial"], true);
}

TEST_F(Run, WritesNothingOnCtrlCBeforeItsWindow) {
  const ProgramResult result =
      interrupt(words({"--duration", "60s", "--warmup", "50s", "--log", path("log"), "-o", path("r.json")}));
  EXPECT_EQ(result.exit_code, 130) << result.messages;
  EXPECT_FALSE(exists(path("r.json")));
}

}  // namespace
}  // namespace daris
