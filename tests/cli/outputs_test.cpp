// No output takes the place of an input or of another output, and no reader that goes away ends a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/host/folder_lock.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Outputs : public ProgramTest {
 protected:
  // A line of bash, with $SIM for `$D sim` of the invented files.
  [[nodiscard]] int shell(const std::string& line) const {
    std::string sim = "$D sim --warmup 0.1s";
    for (const std::string& word : inputs()) sim += " " + word;
    return ProgramTest::shell("SIM=\"" + sim + "\"; " + line);
  }

  void expect_refusal(const ProgramResult& result, const std::string& reason) const {
    EXPECT_EQ(result.exit_code, 2) << result.messages;
    EXPECT_THAT(result.messages, HasSubstr(reason));
  }

  // A copy of a bundled or committed file, under a name of its own.
  [[nodiscard]] std::string copy(const std::string& file, const std::string& name) const {
    return write(name, read(file));
  }
};

TEST_F(Outputs, OfARunNeverTakeTheTraceOfItsTaskSet) {
  const std::string times = "# seconds\n0.05\n0.1\n0.2\n0.3\n";
  const std::string trace = write("arrivals.csv", times);
  const std::string set = write("traced.json", R"({"schema": "daris.task-set", "version": 1, "name": "t",
    "tasks": [{"name": "a", "model": "resnet18", "priority": 0, "rate_hz": 10,
               "arrival": {"kind": "trace", "file": "arrivals.csv"}}]})");
  std::filesystem::create_symlink(trace, path("link"));
  std::filesystem::create_hard_link(trace, path("second-name"));
  for (const std::string name : {"arrivals.csv", "./arrivals.csv", "link", "second-name"}) {
    for (const char* const flag : {"-o", "--log"}) {
      expect_refusal(daris({"sim", "--task-set", set, "--duration", "0.4s", "--warmup", "0s", flag, name}),
                     "would be written over by --");
    }
  }
  EXPECT_EQ(read(trace), times);
}

TEST_F(Outputs, OfNoCommandTakeItsInput) {
  const std::string profile = copy(synthetic_profile(), "p.json");
  const std::string log = copy(test_data("live-logs/green.jsonl"), "l.jsonl");
  const std::string limits = write(
      "limits.json", R"({"schema": "daris.tolerances", "version": 1, "coverage_min": 0.5, "limits": []})");
  ASSERT_EQ(simulate({"--duration", "0.6s", "--warmup", "0s", "-o", path("r.json")}).exit_code, 0);
  const std::string report = read(path("r.json"));
  expect_refusal(daris({"calibrate", "--profile", profile, "-o", "./p.json"}), "would be written over");
  expect_refusal(daris({"validate", log, "-o", log}), "would be written over");
  expect_refusal(daris({"validate", log, "--tolerances", limits, "-o", limits}), "would be written over");
  expect_refusal(daris({"ablations", "r.json", "-o", path("r.json")}), "would be written over");
  expect_refusal(daris({"replay", log, "--decide", "-o", "l.jsonl"}), "would be written over");
  expect_refusal(daris({"sim", "--config", "r.json", "--log", "r.json"}), "would be written over");
  EXPECT_EQ(read(profile), read(synthetic_profile()));
  EXPECT_EQ(read(log), read(test_data("live-logs/green.jsonl")));
  EXPECT_EQ(read(path("r.json")), report);
}

TEST_F(Outputs, OfAMergeAreNoFilesOfTheSweep) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 1]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", "sw"}).exit_code, 0);
  const std::string plan = read(path("sw/plan.json"));
  for (const std::string name : {"sw/plan.json", "sw/points/0123456789abcdef.json", "./sw/failed/a.json"}) {
    if (std::filesystem::path(name).parent_path().filename() == "failed")
      std::filesystem::create_directory(path("sw/failed"));
    expect_refusal(daris({"merge", "sw", "-o", name}), "is one of the files of sweep sw");
  }
  EXPECT_EQ(read(path("sw/plan.json")), plan);
  EXPECT_EQ(daris({"merge", "sw", "-o", "sw/report.json"}).exit_code, 0) << "beside them it may lie";
}

TEST_F(Outputs, OfOneRunAreTwoFilesHoweverTheyAreWritten) {
  std::filesystem::create_symlink("new.j", path("dangling"));
  for (const auto& [log, report] :
       {std::pair("./new.j", "new.j"), std::pair("new.j", "dangling"), std::pair("sub/../new.j", "./new.j")})
    expect_refusal(simulate({"--duration", "0.6s", "--warmup", "0s", "--log", log, "-o", report}),
                   "--log and --output: both are");
  EXPECT_FALSE(exists(path("new.j")));
  EXPECT_EQ(shell("$SIM --duration 0.6s --log both -o - > both"), 2);
  EXPECT_EQ(shell("$SIM --duration 0.6s --log /dev/stdout > both"), 2);
  EXPECT_EQ(shell("$SIM --duration 0.6s --log /dev/stdout | cat > both; exit ${PIPESTATUS[0]}"), 2);
  EXPECT_EQ(shell("$SIM --duration 0.6s --log /dev/null -o /dev/null"), 0) << "nothing is kept of either";
  expect_refusal(simulate({"-o", ""}), "--output: is empty");
}

TEST_F(Outputs, GoOnIfTheReaderOfTheLogLeaves) {
  EXPECT_EQ(shell("$SIM --duration 6s --log >(head -n 1 > first) -o r.json"), 3);
  EXPECT_EQ(point_of(read(path("r.json")))["partial"], false);
  EXPECT_THAT(read(path("first")), HasSubstr("daris.event-log"));
}

TEST_F(Outputs, OfARunGoOnBehindWhatStandsThere) {
  EXPECT_EQ(shell("echo first > kept && $SIM --duration 0.6s --log /dev/stdout -o r.json >> kept"), 0);
  EXPECT_THAT(read(path("kept")), testing::StartsWith("first\n{\"schema\":\"daris.event-log\""));
  EXPECT_EQ(shell("$SIM --duration 0.6s --log - -o r.json > log && $D replay log"), 0);
  EXPECT_FALSE(exists(path("-")));
}

TEST_F(Outputs, GoOnIfNobodyReadsMessages) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 1, 1.5]})");
  EXPECT_EQ(shell("$D sweep s.json -o sw --progress 2> >(true) > out"), 0);
  EXPECT_EQ(shell("$D merge sw -o m.json 2> >(true)"), 0);
  EXPECT_EQ(Json::parse(read(path("m.json")))["points"].size(), 3U);
}

// Without a word: whoever reads wanted no more. A pipe holds 64 kB that nobody reads; the report is larger.
TEST_F(Outputs, EndQuietlyIfTheReaderHasEnough) {
  const std::string sim = "$SIM --duration 0.2s --replications 3000";
  ASSERT_EQ(shell(sim + " -o large.json"), 0);
  ASSERT_GT(std::filesystem::file_size(path("large.json")), 128'000U);
  EXPECT_EQ(shell(sim + " 2> said | head -c 1 > one; exit ${PIPESTATUS[0]}"), 141);
  EXPECT_EQ(read(path("said")), "");
  EXPECT_EQ(read(path("one")), "{");
}

// Folders stand where the points should go.
TEST_F(Outputs, ThatGoElsewhereAreAllNamed) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 0.6, 0.7, 0.8]})");
  const ProgramResult plan = daris({"sweep", sweep, "-o", "sw", "--dry-run"});
  ASSERT_EQ(plan.exit_code, 0) << plan.messages;
  std::istringstream lines(plan.output);
  for (std::string id, state; lines >> id && std::getline(lines, state);)
    std::filesystem::create_directories(path("sw/points/" + id + ".json"));
  const ProgramResult run = daris({"sweep", sweep, "-o", "sw", "--threads", "4"});
  EXPECT_EQ(run.exit_code, 3) << run.messages;
  std::size_t rescued = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("daris-point-")) continue;
    ++rescued;
    EXPECT_THAT(run.messages, HasSubstr(name));
  }
  EXPECT_GE(rescued, 1U);
}

// Wherever the memory ends: while files are read, too, and where not even an exception has room. Steps are
// finer where the program begins to run.
TEST_F(Outputs, OfARunThatHasNoMemoryAreOneLine) {
  if (shell("ulimit -v 4000000; $D --version > version 2>&1") != 0)
    GTEST_SKIP() << "the program was built to need terabytes of address space, as for a sanitizer";
  const auto run = [&](int kilobytes) {
    const int code = shell("ulimit -c 0; ulimit -v " + std::to_string(kilobytes) +
                           "; $D sim --task-set resnet18-paper --duration 2s -o r.json 2> err");
    // That of the loader of shared libraries, which has its own words; never the program's.
    if (code == 127) return false;
    const std::string said = std::to_string(kilobytes) + " kB: " + read(path("err"));
    EXPECT_TRUE(code == 0 || code == 3) << code << " at " << said;
    EXPECT_TRUE(code == 0 || read(path("err")).starts_with("daris: ")) << said;
    return true;
  };
  int begins = 9000;
  while (begins < 30000 && !run(begins)) begins += 100;
  ASSERT_LT(begins, 30000) << "the program never ran";
  for (int kilobytes = begins - 100; kilobytes < begins + 400; kilobytes += 20) run(kilobytes);
  for (int kilobytes = begins; kilobytes < 30000; kilobytes += 2000) run(kilobytes);
}

// Sweeps of one folder at once: a live one, which the lock stands for, keeps others out.
TEST_F(Outputs, OfASweepAreOneProgramsAtATime) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 1]})");
  std::filesystem::create_directory(path("sw"));
  {
    const auto held = FolderLock::take(path("sw"), FolderLock::Kind::kExclusive);
    ASSERT_TRUE(held.ok());
    const ProgramResult refused = daris({"sweep", sweep, "-o", "sw"});
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_THAT(refused.messages, HasSubstr("sw: another daris works in this folder"));
    EXPECT_FALSE(exists(path("sw/plan.json")));
  }
  const auto shared = FolderLock::take(path("sw"), FolderLock::Kind::kShared);
  EXPECT_EQ(daris({"sweep", sweep, "-o", "sw"}).exit_code, 0) << "simulated sweeps share a folder";
}

// A point's file is finished if it holds that point, whole, in this version.
TEST_F(Outputs, OfASweepAreLookedAtBeforeTheyCountAsFinished) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 0.6, 0.7, 0.8, 0.9]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", "sw"}).exit_code, 0);
  std::vector<std::string> points;
  for (const auto& entry : std::filesystem::directory_iterator(path("sw/points")))
    points.push_back(entry.path());
  ASSERT_EQ(points.size(), 5U);
  std::vector<std::string> whole;
  whole.reserve(points.size());
  for (const std::string& point : points) whole.push_back(read(point));
  const auto put = [&](std::size_t index, const std::string& text) {
    write(std::filesystem::relative(points[index], path("")).string(), text);
  };
  put(0, whole[1]);
  put(2, "{\"a\":1}\n");
  std::string other_version = whole[3];
  put(3, other_version.replace(other_version.find("\"version\": 1"), 12, "\"version\": 2"));
  put(4, whole[4].substr(0, whole[4].size() / 2));
  EXPECT_EQ(daris({"merge", "sw", "-o", "m.json"}).exit_code, 2);
  const ProgramResult again = daris({"sweep", sweep, "-o", "sw"});
  EXPECT_EQ(again.exit_code, 0) << again.messages;
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(read(points[i]), whole[i]) << i;
}

TEST_F(Outputs, OfASweepWhosePlanIsCutAreKept) {
  const std::string sweep = write_sweep("s.json", R"({"load": [0.5, 0.6]})");
  ASSERT_EQ(daris({"sweep", sweep, "-o", "sw"}).exit_code, 0);
  const std::string plan = read(path("sw/plan.json"));
  for (const std::string& cut : {std::string(), plan.substr(0, plan.size() / 2)}) {
    write("sw/plan.json", cut);
    expect_refusal(daris({"sweep", sweep, "-o", "sw"}), "without this file daris sweep writes it anew");
    std::filesystem::remove(path("sw/plan.json"));
    const ProgramResult again = daris({"sweep", sweep, "-o", "sw"});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.messages, HasSubstr("2 of 2 points are finished"));
    EXPECT_EQ(read(path("sw/plan.json")), plan);
  }
}

}  // namespace
}  // namespace daris
