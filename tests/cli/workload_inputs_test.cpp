// Inputs that make a run do less than they seem to say, or that come by another way than a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class WorkloadInputs : public ProgramTest {
 protected:
  [[nodiscard]] std::string set_of(const std::string& tasks) const {
    return write("set.json",
                 R"({"schema": "daris.task-set", "version": 1, "name": "own", "tasks": [)" + tasks + "]}");
  }

  // Runs `daris sim` over the invented profile, and keeps its report as r.json.
  [[nodiscard]] ProgramResult sim(const Words& words) const {
    Words all{"sim", "--profile",   synthetic_profile(), "--model", test_data("contention.json"),
              "-o",  path("r.json")};
    all.insert(all.end(), words.begin(), words.end());
    return daris(all);
  }

  [[nodiscard]] Json point() const { return read_report(path("r.json")).value()["points"][0]; }
  [[nodiscard]] std::vector<std::string> warnings() const { return point()["warnings"]; }

  // A log of one second of the small set. Its last line is the end line.
  [[nodiscard]] std::string log_of_a_second() const {
    const ProgramResult logged =
        simulate({"--duration", "1s", "--warmup", "0.1s", "--log", path("log.jsonl"), "-o", path("l.json")});
    EXPECT_EQ(logged.exit_code, 0) << logged.messages;
    return read(path("log.jsonl"));
  }

  // Makes a FIFO and feeds it while `work` runs.
  template <typename Work>
  ProgramResult with_fifo(const std::string& name, const std::string& text, const Work& work) const {
    const std::string fifo = path(name);
    EXPECT_EQ(::mkfifo(fifo.c_str(), S_IRUSR | S_IWUSR), 0);
    std::thread writer([&] { std::ofstream(fifo, std::ios::binary) << text; });
    ProgramResult result = work(fifo);
    writer.join();
    return result;
  }
};

constexpr char kSteady[] = R"({"name": "steady", "model": "resnet18", "priority": 0, "rate_hz": 50})";

TEST_F(WorkloadInputs, ALogThatWasCutOffIsToldOf) {
  const std::string whole = log_of_a_second();
  const std::string cut = write("cut.jsonl", whole.substr(0, whole.size() / 3));
  const ProgramResult result = sim({"--releases", cut});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_THAT(warnings(), Contains(HasSubstr("cut.jsonl: was cut off at 0.")));
  EXPECT_THAT(result.messages, HasSubstr("warning: " + cut + ": was cut off at 0."));
  EXPECT_EQ(sim({"--schedule", cut}).exit_code, 2) << "a schedule has to be whole";
}

TEST_F(WorkloadInputs, AWholeLogIsNotToldOfUnlessMoreIsAskedFor) {
  static_cast<void>(log_of_a_second());
  ASSERT_EQ(sim({"--releases", path("log.jsonl")}).exit_code, 0);
  EXPECT_THAT(warnings(), IsEmpty());
  ASSERT_EQ(sim({"--releases", path("log.jsonl"), "--duration", "3s", "--load", "2"}).exit_code, 0);
  EXPECT_THAT(warnings(), Contains(HasSubstr("no job is released from there to the run's end at 3 s")));
  EXPECT_THAT(warnings(), Contains(HasSubstr("load: not read, since tasks and jobs are those of")));
}

TEST_F(WorkloadInputs, ATraceOfAnotherUnitIsToldOf) {
  std::string times = "released\n";
  for (int i = 0; i < 300; ++i) times += std::to_string(i * 33) + "\n";
  write("ms.csv", times);
  const std::string set = set_of(R"({"name": "cam", "model": "resnet18", "priority": 0, "rate_hz": 30,
                                     "arrival": {"kind": "trace", "file": "ms.csv"}})");
  const ProgramResult result = sim({"--task-set", set, "--duration", "10s", "--warmup", "0s"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(warnings(), Contains(HasSubstr("299 of the 300 times")));
  EXPECT_THAT(result.messages, HasSubstr("look like milliseconds"));
}

// As many times as the rate asks for, but in another unit or as gaps.
TEST_F(WorkloadInputs, ATraceThatIsBunchedIsToldOf) {
  const std::string set = set_of(R"({"name": "cam", "model": "resnet18", "priority": 0, "rate_hz": 100,
                                     "arrival": {"kind": "trace", "file": "times.csv"}})");
  std::string hours = "released\n";
  std::string gaps;
  for (int i = 0; i < 200; ++i) {
    hours += std::to_string(i * 0.01 / 3600) + "\n";
    gaps += "0.01\n";
  }
  for (const std::string& times : {hours, gaps}) {
    write("times.csv", times);
    ASSERT_EQ(sim({"--task-set", set, "--duration", "2s", "--warmup", "0s"}).exit_code, 0);
    EXPECT_THAT(warnings(), Contains(HasSubstr("its trace releases 200 jobs within 0")));
  }
}

TEST_F(WorkloadInputs, AMixThatIsFarOffIsToldOf) {
  ASSERT_EQ(simulate({"--priority-mix", "0.01", "-o", path("r.json")}).exit_code, 0);
  EXPECT_THAT(warnings(), Contains(HasSubstr("priority mix: 1 of 37 tasks are of level 0")));
  ASSERT_EQ(simulate({"--priority-mix", "0.5", "-o", path("r.json")}).exit_code, 0);
  EXPECT_THAT(warnings(), IsEmpty());
}

// The names of the set are the log's, and its tasks run other networks.
TEST_F(WorkloadInputs, ALogOfOtherModelsIsToldOf) {
  const auto set = [&](const std::string& model) {
    return set_of(R"({"name": "cam", "model": ")" + model + R"(", "priority": 0, "rate_hz": 50})");
  };
  const std::string file = set("resnet18");
  ASSERT_EQ(
      sim({"--task-set", file, "--duration", "1s", "--warmup", "0s", "--log", path("l.jsonl")}).exit_code, 0);
  static_cast<void>(set("resnet50"));
  for (const char* const flag : {"--releases", "--schedule"}) {
    ASSERT_EQ(sim({flag, path("l.jsonl")}).exit_code, 0) << flag;
    EXPECT_THAT(warnings(), Contains(HasSubstr("another model, precision, level or batch"))) << flag;
  }
}

TEST_F(WorkloadInputs, APointThatIsAnotherByNowIsToldOf) {
  const std::string file = set_of(kSteady);
  ASSERT_EQ(sim({"--task-set", file, "--duration", "1s", "--warmup", "0s"}).exit_code, 0);
  const std::string report = write("before.json", read(path("r.json")));
  const std::string id = point()["id"];
  const auto again = [&](const Words& words) {
    Words all{"sim", "--config", report, "-o", path("r.json")};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(daris(all).exit_code, 0);
  };
  again({"--point", id});
  EXPECT_EQ(point()["id"], id);
  EXPECT_THAT(warnings(), IsEmpty());
  static_cast<void>(set_of(R"({"name": "steady", "model": "resnet18", "priority": 0, "rate_hz": 70})"));
  again({});
  EXPECT_THAT(warnings(), Contains(HasSubstr("before.json: point " + id + " is now point ")));
  again({"--seed", "2"});
  EXPECT_THAT(warnings(), IsEmpty()) << "another point is asked for";
}

TEST_F(WorkloadInputs, ASweepTellsWhatItsPointsWarnOf) {
  const std::string set =
      set_of(std::string(kSteady) + R"(, {"name": "night", "model": "resnet18", "priority": 1,
                                     "period_ms": 5000, "offset_ms": 4000})");
  const std::string sweep =
      write("s.json", R"({"schema": "daris.sweep", "version": 1, "task_sets": ["set.json"],
      "profile": ")" + synthetic_profile() +
                          R"(", "model": ")" + test_data("contention.json") + R"(",
      "grid": {"contexts": [1, 2]}, "duration_s": 0.5, "warmup_s": 0})");
  const std::string warning = "warning (2 of 2 points): no job of \"night\" was released";
  const ProgramResult swept = daris({"sweep", sweep, "-o", path("out"), "--no-progress"});
  EXPECT_EQ(swept.exit_code, 0) << swept.messages;
  EXPECT_THAT(swept.messages, HasSubstr(warning));
  EXPECT_THAT(daris({"merge", path("out"), "--no-table", "-o", path("m.json")}).messages, HasSubstr(warning));
}

TEST_F(WorkloadInputs, AnObjectiveThatNoJobTestedIsNotMet) {
  const std::string set = set_of(R"({"name": "day", "model": "resnet18", "priority": 0, "rate_hz": 50,
      "slo": {"miss_rate_max": 0}}, {"name": "night", "model": "resnet18", "priority": 1, "period_ms": 90000,
      "offset_ms": 80000, "slo": {"consecutive_misses_max": 0}})");
  const ProgramResult result = sim({"--task-set", set, "--duration", "2s", "--require-slo"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.messages, HasSubstr("did not show: night (no job was released)"));
  EXPECT_EQ(point()["results"]["tasks"][0]["slo_met"], true);
  EXPECT_TRUE(point()["results"]["tasks"][1]["slo_met"].is_null());
}

TEST_F(WorkloadInputs, APercentileOfFewJobsIsNotShown) {
  const std::string set = set_of(R"({"name": "cam", "model": "resnet18", "priority": 0, "rate_hz": 100,
                                     "slo": {"response_p99_ms_max": 1000}})");
  const ProgramResult few = sim({"--task-set", set, "--duration", "3s", "--warmup", "0s", "--require-slo"});
  EXPECT_EQ(few.exit_code, 1);
  EXPECT_THAT(few.messages, HasSubstr("cam (response_p99_ms_max needs 159 more jobs)"));
  const ProgramResult enough =
      sim({"--task-set", set, "--duration", "5s", "--warmup", "0s", "--require-slo"});
  EXPECT_EQ(enough.exit_code, 0) << enough.messages;
}

// More work than the GPU can do: most jobs wait when the run ends, and those that were done were quick.
TEST_F(WorkloadInputs, APercentileIsNotMetByTheFewJobsThatWereDone) {
  const std::string set = set_of(R"({"name": "flood", "count": 200, "model": "resnet18", "priority": 0,
      "rate_hz": 100, "deadline_ms": 10, "slo": {"response_p99_ms_max": 5000}})");
  const ProgramResult result =
      sim({"--task-set", set, "--policy", "fifo", "--duration", "2s", "--warmup", "0s", "--require-slo"});
  EXPECT_EQ(result.exit_code, 1) << result.messages;
  const Json task = point()["results"]["tasks"][0];
  EXPECT_GT(task["completed"], 1000);
  EXPECT_GT(task["unfinished"], 1000);
  EXPECT_LT(task["response_time_ms"]["p99"], 5000);
  EXPECT_TRUE(task["slo_met"].is_null());
}

TEST_F(WorkloadInputs, BothEndsOfTheMixKeepOneSide) {
  for (const auto& [mix, level, name] : {std::tuple("0", 1, "side"), std::tuple("1", 0, "front")}) {
    const ProgramResult result = simulate({"--priority-mix", mix, "--duration", "0.4s", "--warmup", "0s",
                                           "--log", path("log.jsonl"), "-o", path("r.json")});
    ASSERT_EQ(result.exit_code, 0) << result.messages;
    const Json tasks = point()["results"]["tasks"];
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks[0]["name"], name);
    EXPECT_EQ(tasks[0]["count"], 36);
    EXPECT_EQ(point()["results"]["levels"][0]["priority"], level);
    const ProgramResult again = sim({"--releases", path("log.jsonl"), "--policy", "edf"});
    EXPECT_EQ(again.exit_code, 0) << again.messages;
    EXPECT_EQ(point()["results"]["tasks"][0]["released"], tasks[0]["released"]);
  }
}

TEST_F(WorkloadInputs, AnyInputMayBeAPipe) {
  const std::string set = read(set_of(kSteady));
  const Words shortly{"--duration", "0.3s", "--warmup", "0s"};
  const auto run = [&](const std::string& flag, const std::string& name, const std::string& text,
                       Words more) {
    const ProgramResult result = with_fifo(name, text, [&](const std::string& fifo) {
      more.insert(more.end(), {flag, fifo});
      return sim(more);
    });
    EXPECT_EQ(result.exit_code, 0) << flag << ": " << result.messages;
  };
  run("--task-set", "a", set, shortly);
  run("--config", "b",
      R"({"schema": "daris.config", "version": 1, "contexts": 2, "duration_s": 0.3,
                           "warmup_s": 0, "task_set": ")" +
          path("set.json") + "\"}",
      {});
  run("--inject", "c", R"({"schema": "daris.injection", "version": 1, "disturbances": [
      {"kind": "estimates", "factor": 2, "models": null}]})",
      {"--task-set", path("set.json"), "--duration", "0.3s", "--warmup", "0s"});
  const std::string log = log_of_a_second();
  run("--releases", "d", log, {});
  run("--schedule", "e", log, {});
  const ProgramResult replayed = with_fifo("f", log, [&](const std::string& fifo) {
    return daris({"replay", fifo});
  });
  EXPECT_EQ(replayed.exit_code, 0) << replayed.messages;
}

TEST_F(WorkloadInputs, AFifoBesideASweepIsFound) {
  const std::string set = read(set_of(kSteady));
  const std::string sweep =
      write("s.json", R"({"schema": "daris.sweep", "version": 1, "task_sets": "fifo.json",
      "profile": ")" + synthetic_profile() +
                          R"(", "model": ")" + test_data("contention.json") + R"(",
      "grid": {"contexts": [1, 2]}, "duration_s": 0.3, "warmup_s": 0})");
  const ProgramResult swept = with_fifo("fifo.json", set, [&](const std::string&) {
    return daris({"sweep", sweep, "-o", path("out"), "--no-progress"});
  });
  EXPECT_EQ(swept.exit_code, 0) << swept.messages;
}

}  // namespace
}  // namespace daris
