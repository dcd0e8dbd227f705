// Sweeps through the program: resumed, interrupted, sharded, on any number of threads, they merge to the same
// bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "base/json/write.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kGrid[] =
    R"({"policy": ["daris", "edf", "clockwork"], "contexts": [1, 2, 4], "oversubscription": [1, 2, "contexts"],
                            "load": [0.8, 1.4]})";
// daris and edf have one shape of one context, two of two and three of four; clockwork has one shape.
constexpr std::size_t kPoints = 2 * (1 + 2 + 3) * 2 + 2;

class SweepProgram : public ProgramTest {
 protected:
  [[nodiscard]] std::size_t finished(const std::string& folder) const {
    std::size_t count = 0;
    if (!exists(path(folder + "/points"))) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(path(folder + "/points"))) {
      if (entry.path().extension() == ".json") ++count;
    }
    return count;
  }
  [[nodiscard]] std::string merged(const Words& folders) const {
    Words words{"merge"};
    for (const std::string& folder : folders) words.push_back(path(folder));
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return result.output;
  }
  void wait_for_points(const std::string& folder, std::size_t count) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (finished(folder) < count && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
};

TEST_F(SweepProgram, RunsCoincidingPointsOnce) {
  const std::string sweep = write_sweep("s.json", kGrid);
  const ProgramResult result = daris({"sweep", sweep, "-o", path("a")});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(finished("a"), kPoints);
  const Result<Json> report = parse_report(merged({"a"}), "merged");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report.value()["points"].size(), kPoints);
  EXPECT_TRUE(report.value()["provenance"]["command"].is_null());
  EXPECT_TRUE(report.value()["provenance"]["started_utc"].is_null());
  EXPECT_TRUE(report.value()["provenance"]["wall_s"].is_null());
  EXPECT_TRUE(report.value()["provenance"]["versions"]["cpu"].is_null());
}

// The first point of a start always runs, so that even the least budget ends some day.
TEST_F(SweepProgram, EndsAfterAWholePointWithinItsBudgetAndGoesOn) {
  const std::string sweep = write_sweep("s.json", R"({"seed": [1, 2, 3], "contexts": [4]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("whole")}).exit_code, 0);
  const Words words{"sweep", sweep, "-o", path("a"), "--threads", "1", "--budget", "1us"};
  for (const std::size_t count : {1U, 2U}) {
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    EXPECT_EQ(finished("a"), count);
    EXPECT_THAT(result.messages, HasSubstr("the budget is used up; " + std::to_string(count) +
                                           " of 3 points are finished in"));
    EXPECT_THAT(result.messages, HasSubstr(count == 1 ? "; 2 are left, " : "; 1 is left, "));
    EXPECT_THAT(result.messages, HasSubstr("one after the other; the same command goes on from there"));
  }
  const ProgramResult last = daris(words);
  EXPECT_EQ(last.exit_code, 0) << last.messages;
  EXPECT_THAT(last.messages, HasSubstr("3 of 3 points are finished"));
  EXPECT_THAT(last.messages, Not(HasSubstr("budget")));
  EXPECT_EQ(merged({"a"}), merged({"whole"}));
}

TEST_F(SweepProgram, ADryRunExpectsMoreThanTheFirstRoundOfAPrecision) {
  const std::string sweep = write_sweep("s.json", R"({"seed": [1, 2, 3]})", R"(, "precision": 0.001)");
  const ProgramResult precise = daris({"sweep", sweep, "-o", path("a"), "--dry-run", "--threads", "1"});
  EXPECT_EQ(precise.exit_code, 0) << precise.messages;
  EXPECT_THAT(precise.messages, HasSubstr(" on 1 thread for the first round of replications, and "));
  EXPECT_THAT(precise.messages, HasSubstr(" if no point reaches its precision before replications_max"));
  const std::string plain = write_sweep("p.json", R"({"seed": [1, 2, 3]})");
  EXPECT_THAT(daris({"sweep", plain, "-o", path("a"), "--dry-run"}).messages, Not(HasSubstr("first round")));
}

TEST_F(SweepProgram, RunsAllWithinAGenerousBudget) {
  const std::string sweep = write_sweep("s.json", R"({"seed": [1, 2, 3], "contexts": [4]})");
  const ProgramResult result = daris({"sweep", sweep, "-o", path("a"), "--budget", "1h"});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(finished("a"), 3U);
}

TEST_F(SweepProgram, KeepsTheOrderOfTheGrid) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [4, 2], "seed": [3, 1]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  const Result<Json> report = parse_report(merged({"a"}), "merged");
  ASSERT_TRUE(report.ok());
  const Json& points = report.value()["points"];
  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(points[0]["config"]["contexts"], 4);
  EXPECT_EQ(points[0]["config"]["seed"], 3);
  EXPECT_EQ(points[1]["config"]["seed"], 1);
  EXPECT_EQ(points[2]["config"]["contexts"], 2);
}

TEST_F(SweepProgram, GivesTheSameBytesOnAnyNumberOfThreads) {
  const std::string sweep = write_sweep("s.json", kGrid);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("one"), "--threads", "1"}).exit_code, 0);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("many"), "--threads", "5"}).exit_code, 0);
  EXPECT_EQ(merged({"one"}), merged({"many"}));
}

TEST_F(SweepProgram, GivesTheSameBytesInShards) {
  const std::string sweep = write_sweep("s.json", kGrid);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("all")}).exit_code, 0);
  for (const char* const shard : {"1/3", "2/3", "3/3"}) {
    ASSERT_EQ(daris({"sweep", sweep, "-o", path(shard), "--shard", shard}).exit_code, 0);
  }
  EXPECT_EQ(finished("1/3") + finished("2/3") + finished("3/3"), kPoints);
  EXPECT_EQ(merged({"3/3", "1/3", "2/3"}), merged({"all"}));
}

TEST_F(SweepProgram, GoesOnAfterAnInterrupt) {
  const std::string sweep = write_sweep("s.json", kGrid, R"(, "replications": 4)");
  const pid_t running = start({"sweep", sweep, "-o", path("a"), "--threads", "1"});
  wait_for_points("a", 2);
  ::kill(running, SIGINT);
  const ProgramResult interrupted = wait(running);
  EXPECT_EQ(interrupted.exit_code, 130);
  EXPECT_THAT(interrupted.messages, HasSubstr("interrupted"));
  const std::size_t before = finished("a");
  EXPECT_GE(before, 2U);
  ASSERT_LT(before, kPoints);
  for (const auto& entry : std::filesystem::directory_iterator(path("a/points"))) {
    EXPECT_TRUE(read_report(entry.path()).ok()) << entry.path();
  }
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("b")}).exit_code, 0);
  EXPECT_EQ(merged({"a"}), merged({"b"}));
}

TEST_F(SweepProgram, GoesOnAfterAKill) {
  const std::string sweep = write_sweep("s.json", kGrid, R"(, "replications": 4)");
  const pid_t running = start({"sweep", sweep, "-o", path("a"), "--threads", "2"});
  wait_for_points("a", 3);
  ::kill(running, SIGKILL);
  EXPECT_EQ(wait(running).exit_code, 128 + SIGKILL);
  ASSERT_LT(finished("a"), kPoints);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("b"), "--threads", "1"}).exit_code, 0);
  EXPECT_EQ(merged({"a"}), merged({"b"}));
}

TEST_F(SweepProgram, NeverRunsAFinishedPointAgain) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  std::vector<std::filesystem::file_time_type> times;
  for (const auto& entry : std::filesystem::directory_iterator(path("a/points")))
    times.push_back(entry.last_write_time());
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  std::size_t i = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path("a/points")))
    EXPECT_EQ(entry.last_write_time(), times[i++]);
}

TEST_F(SweepProgram, RunsAPointAgainWhoseFileIsCutOff) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  const std::string whole = merged({"a"});
  for (const auto& entry : std::filesystem::directory_iterator(path("a/points")))
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
  EXPECT_THAT(daris({"sweep", sweep, "-o", path("a")}).messages, HasSubstr("2 of 2 points"));
  EXPECT_EQ(merged({"a"}), whole);
}

TEST_F(SweepProgram, RunsOnlyWhatAChangedFileAdds) {
  ASSERT_EQ(daris({"sweep", write_sweep("s.json", R"({"contexts": [2, 4]})"), "-o", path("a")}).exit_code, 0);
  const ProgramResult dry =
      daris({"sweep", write_sweep("s.json", R"({"contexts": [4, 6]})"), "-o", path("a"), "--dry-run"});
  EXPECT_THAT(dry.output, testing::MatchesRegex("[0-9a-f]{16} finished\n[0-9a-f]{16} to run\n"));
  ASSERT_EQ(daris({"sweep", path("s.json"), "-o", path("a")}).exit_code, 0);
  EXPECT_EQ(finished("a"), 3U);
  const Result<Json> report = parse_report(merged({"a"}), "merged");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report.value()["points"].size(), 2U);  // of the present plan
}

TEST_F(SweepProgram, GivesAnotherIdToOtherContents) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": 2})");
  const std::string here = daris({"sweep", sweep, "-o", path("a"), "--dry-run"}).output;
  const std::string same = write("same.json", read(synthetic_profile()));
  std::string changed = read(synthetic_profile());
  changed.replace(changed.find("\"date_utc\":\"2026"), 16, "\"date_utc\":\"2025");
  const std::string other = write("other.json", changed);
  EXPECT_EQ(daris({"sweep", sweep, "-o", path("a"), "--dry-run", "--profile", same}).output, here);
  EXPECT_NE(daris({"sweep", sweep, "-o", path("a"), "--dry-run", "--profile", other}).output, here);
}

TEST_F(SweepProgram, APointGivesTheSameAsSimAndAgainFromTheReport) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4], "load": 1.3, "bound": 0.9})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  write("merged.json", merged({"a"}));
  const Result<Json> report = read_report(path("merged.json"));
  ASSERT_TRUE(report.ok());
  const Json& point = report.value()["points"][1];
  const ProgramResult again = daris({"sim", "--config", path("merged.json"), "--point", point["id"]});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(write_json(parse_report(again.output, "again").value()["points"][0]), write_json(point));
}

TEST_F(SweepProgram, KeepsWhatIsFinishedOnAFullDisk) {
  const std::string sweep = write_sweep("s.json", kGrid);
  ASSERT_EQ(daris({"sweep", write_sweep("first.json", R"({"contexts": [1]})"), "-o", path("a")}).exit_code,
            0);
  // Files can't grow beyond a size that a plan fits in and a point does not.
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  struct rlimit small = old;
  small.rlim_cur = 4096;
  std::signal(SIGXFSZ, SIG_IGN);  // inherited: the write fails instead
  setrlimit(RLIMIT_FSIZE, &small);
  const ProgramResult full = daris({"sweep", sweep, "-o", path("a")});
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(full.exit_code, 3);
  EXPECT_THAT(full.messages, HasSubstr("can't be written"));
  EXPECT_EQ(finished("a"), 1U);
  EXPECT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
}

TEST_F(SweepProgram, ShowsProgressOnlyWhereItIsAskedFor) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4]})");
  EXPECT_THAT(daris({"sweep", sweep, "-o", path("a")}).messages, testing::Not(HasSubstr("%")));
  EXPECT_THAT(daris({"sweep", sweep, "-o", path("b"), "--progress"}).messages, HasSubstr("2/2 points  100%"));
}

TEST_F(SweepProgram, KeepsTheFactsOfTheWallClockApart) {
  ASSERT_EQ(daris({"sweep", write_sweep("s.json", R"({"contexts": 2})"), "-o", path("a")}).exit_code, 0);
  const auto file = std::filesystem::directory_iterator(path("a/provenance"))->path();
  const Result<Json> facts = parse_json(read(file), "facts");
  ASSERT_TRUE(facts.ok());
  EXPECT_THAT(facts.value()["command"].get<std::string>(), HasSubstr("daris sweep"));
  EXPECT_EQ(facts.value()["points_finished"], 1);
}

// So many releases fit into no memory.
TEST_F(SweepProgram, RunsTheOthersIfOnePointCannotBeRun) {
  const std::string set = write("busy.json", R"({"schema": "daris.task-set", "version": 1, "name": "busy",
      "tasks": [{"name": "a", "count": 2000, "model": "resnet18", "priority": 0, "rate_hz": 1000000}]})");
  const Words words{"sweep",
                    write("two.json", R"({"schema": "daris.sweep", "version": 1, "variants": [
      {"task_set": ")" + test_data("cameras.json") +
                                          R"(", "duration_s": 0.5},
      {"task_set": ")" + set + R"(", "duration_s": 900},
      {"task_set": ")" + test_data("cameras.json") +
                                          R"(", "duration_s": 0.7}], "warmup_s": 0.1,
      "profile": ")" + synthetic_profile() +
                                          R"(", "model": ")" + test_data("contention.json") + R"("})"),
                    "-o", path("a")};
  for (int start = 0; start < 2; ++start) {
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 3) << result.messages;
    EXPECT_EQ(finished("a"), 2U);
    EXPECT_THAT(result.messages, HasSubstr("could not be run: "));
    EXPECT_THAT(result.messages, HasSubstr("1 point could not be run; 2 of 3 points are finished"));
  }
  const ProgramResult merge = daris({"merge", path("a"), "-o", path("r.json")});
  EXPECT_EQ(merge.exit_code, 0) << merge.messages;
  EXPECT_THAT(merge.messages, HasSubstr("could not be run: "));
  const Result<Json> report = read_report(path("r.json"));
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report.value()["points"].size(), 2U);
  ASSERT_EQ(report.value()["not_run"].size(), 1U);
  EXPECT_THAT(report.value()["not_run"][0]["reason"].get<std::string>(), HasSubstr("GB of memory"));
}

TEST_F(SweepProgram, NamesAWrongPointByWhatSetsItApart) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4], "sms": [null, 3000]})");
  const ProgramResult result = daris({"sweep", sweep, "-o", path("a")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.messages, testing::EndsWith("(point 2 of 4: contexts 2, sms 3000)\n"));
  EXPECT_LT(result.messages.size(), 400U);
}

TEST_F(SweepProgram, KnowsBeforeThatItsFolderCannotTakePoints) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [2, 4]})");
  std::filesystem::create_directory(path("a"));
  write("a/points", "a file where a folder should be");
  const ProgramResult result = daris({"sweep", sweep, "-o", path("a")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.messages, HasSubstr("points"));
  EXPECT_FALSE(exists(path("a/plan.json")));
}

TEST_F(SweepProgram, MergesNoFileThatHoldsAnotherPoint) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [1, 2]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path("a/points")))
    files.push_back(entry.path());
  ASSERT_EQ(files.size(), 2U);
  std::filesystem::copy_file(files[0], files[1], std::filesystem::copy_options::overwrite_existing);
  const ProgramResult result = daris({"merge", path("a")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.messages, HasSubstr(files[1].string() + ": holds point " + files[0].stem().string() +
                                         " instead of point " + files[1].stem().string()));
}

TEST_F(SweepProgram, MergesWhatThereIsAndSaysWhatIsMissing) {
  ASSERT_EQ(daris({"sweep", write_sweep("s.json", R"({"contexts": [2, 4]})"), "-o", path("a")}).exit_code, 0);
  const std::filesystem::path gone = std::filesystem::directory_iterator(path("a/points"))->path();
  std::filesystem::remove(gone);
  const ProgramResult result = daris({"merge", path("a")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.messages, HasSubstr(gone.stem().string() + " is not finished\n"));
  EXPECT_THAT(result.messages, HasSubstr("1 of 2 planned points are not finished"));
}

TEST_F(SweepProgram, PrintsASlurmScriptAndRunsNothing) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [1, 2, 4], "seed": [1, 2]})");
  const Words emit{"sweep", sweep, "-o", path("a"), "--emit-slurm", "4"};
  const ProgramResult script = daris(emit);
  ASSERT_EQ(script.exit_code, 0) << script.messages;
  EXPECT_THAT(script.output, HasSubstr("#SBATCH --array=1-4\n"));
  EXPECT_THAT(script.output, HasSubstr(sweep + " -o " + path("a")));
  EXPECT_THAT(script.output, Not(HasSubstr("--pack")));
  EXPECT_THAT(daris({"sweep", sweep, "-o", path("a"), "--emit-slurm", "4", "--pack"}).output,
              HasSubstr(path("a") + " --pack"));
  EXPECT_FALSE(exists(path("a")));
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a"), "--shard", "2/4"}).exit_code, 0);
  EXPECT_THAT(daris(emit).output, HasSubstr("#SBATCH --array=1,3-4\n"));
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("a")}).exit_code, 0);
  EXPECT_THAT(daris(emit).messages, HasSubstr("all points are finished"));
}

TEST_F(SweepProgram, RefusesASlurmScriptThatMakesNoSense) {
  const std::string sweep = write_sweep("s.json", R"({"contexts": [1, 2]})");
  const auto refusal = [&](Words more) {
    Words words{"sweep", sweep, "-o", path("a")};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 2);
    return result.messages;
  };
  EXPECT_THAT(refusal({"--emit-slurm", "0"}), HasSubstr("not a number of jobs from 1 to"));
  EXPECT_THAT(refusal({"--emit-slurm", "2", "--shard", "1/2"}), HasSubstr("leave --shard out"));
  EXPECT_THAT(refusal({"--emit-slurm", "2", "--live"}), HasSubstr("leave --live out"));
  EXPECT_THAT(daris({"sweep", sweep, "-o", path("a"), "--emit-slurm", "9"}).messages,
              HasSubstr("9 jobs are more than the sweep has points; 2 have work"));
}

}  // namespace
}  // namespace daris
