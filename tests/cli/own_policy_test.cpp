// Schedulers of one's own through the program: sim, sweep, replay, check-policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class OwnPolicyProgram : public ProgramTest {
 protected:
  // A copy of the example, called NAME.
  std::string example(const std::string& name) const {
    std::filesystem::copy_file(DARIS_EXAMPLE_POLICY, path(name));
    return path(name);
  }
  std::string variant(const std::string& name) const {
    std::filesystem::copy_file(DARIS_POLICY_VARIANTS, path(name + ".so"));
    return path(name + ".so");
  }
  // The one line that refuses it, without "daris: FILE: ".
  std::string refusal(const std::string& file, int exit_code = 2) const {
    const ProgramResult result = simulate({"--policy", file, "-o", path("r.json")});
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;
    EXPECT_THAT(result.messages, StartsWith("daris: " + file + ": "));
    EXPECT_FALSE(exists(path("r.json"))) << "nothing is written";
    return result.messages.substr(std::min(result.messages.size(), file.size() + 9));
  }
};

// `edf` has the same rules, so all results are equal but what it learns of times.
TEST_F(OwnPolicyProgram, TheExampleDecidesAsEdf) {
  const std::string file = example("mine.so");
  const ProgramResult own = simulate({"--policy", file, "--load", "1.2"});
  const ProgramResult edf = simulate({"--policy", "edf", "--load", "1.2"});
  ASSERT_EQ(own.exit_code, 0) << own.messages;
  ASSERT_EQ(edf.exit_code, 0) << edf.messages;
  const Json point = point_of(own.output);
  const Json other = point_of(edf.output);
  EXPECT_GT(point["results"]["stages_finished"], 100);
  for (const char* const key : {"throughput_jobs_per_s", "on_time_jobs_per_s", "stages_finished"})
    EXPECT_EQ(point["results"][key], other["results"][key]) << key;
  EXPECT_NE(point["id"], other["id"]);
  EXPECT_EQ(point["config"]["policy"], file);
  EXPECT_EQ(point["policy_sha256"].get<std::string>().size(), 64U);
  EXPECT_FALSE(other.contains("policy_sha256"));
  EXPECT_TRUE(parse_report(own.output, "report").ok());
}

TEST_F(OwnPolicyProgram, APointIsTheContentOfTheFile) {
  const auto id_of = [&](const std::string& file) {
    return point_of(simulate({"--policy", file}).output)["id"].get<std::string>();
  };
  const std::string file = example("mine.so");
  const std::string id = id_of(file);
  EXPECT_EQ(id_of(example("other-name.so")), id);
  std::ofstream(file, std::ios::app) << "one more byte";
  EXPECT_NE(id_of(file), id);
}

TEST_F(OwnPolicyProgram, ALogReplays) {
  const std::string file = example("mine.so");
  ASSERT_EQ(simulate({"--policy", file, "--log", path("run.jsonl"), "-o", path("r.json")}).exit_code, 0);
  const ProgramResult same = daris({"replay", path("run.jsonl")});
  EXPECT_EQ(same.exit_code, 0) << same.messages;
  std::filesystem::rename(file, path("moved.so"));
  EXPECT_THAT(daris({"replay", path("run.jsonl")}).messages, HasSubstr("mine.so: can't be read"));
  const ProgramResult moved = daris({"replay", path("run.jsonl"), "--policy", path("moved.so")});
  EXPECT_EQ(moved.exit_code, 0) << moved.messages;
  EXPECT_EQ(daris({"replay", path("run.jsonl"), "--policy", "edf"}).exit_code, 0);
  const ProgramResult other = daris({"replay", path("run.jsonl"), "--policy", variant("shared-state")});
  EXPECT_EQ(other.exit_code, 1) << "it takes other slots";
  EXPECT_THAT(other.messages, HasSubstr("recorded: "));
}

TEST_F(OwnPolicyProgram, ASweepFindsTheFileBesideIt) {
  example("mine.so");
  const std::string sweep = write_sweep("s.json", R"({"policy": ["./mine.so", "edf"], "load": [0.8, 1.4]})");
  const ProgramResult swept = daris({"sweep", sweep, "-o", path("a"), "--threads", "2"});
  ASSERT_EQ(swept.exit_code, 0) << swept.messages;
  const ProgramResult merged = daris({"merge", path("a")});
  ASSERT_EQ(merged.exit_code, 0) << merged.messages;
  const Result<Json> report = parse_report(merged.output, "merged");
  ASSERT_TRUE(report.ok()) << report.error().message;
  ASSERT_EQ(report.value()["points"].size(), 4U);
  EXPECT_THAT(report.value()["points"][0]["config"]["policy"].get<std::string>(), EndsWith("mine.so"));
}

TEST_F(OwnPolicyProgram, ASweepRunsTheOtherPointsOfOneThatFails) {
  variant("throws");
  const std::string sweep = write_sweep("s.json", R"({"policy": ["./throws.so", "edf"]})");
  const ProgramResult swept = daris({"sweep", sweep, "-o", path("a")});
  EXPECT_EQ(swept.exit_code, 3);
  EXPECT_THAT(swept.messages, HasSubstr("ordinal 5 is too much"));
  const ProgramResult merged = daris({"merge", path("a")});
  EXPECT_EQ(parse_report(merged.output, "merged").value()["points"].size(), 1U);
}

TEST_F(OwnPolicyProgram, ASweepIsRefusedIfOneFileIsNotThere) {
  const std::string sweep = write_sweep("s.json", R"({"policy": ["edf", "./none.so"], "load": [1, 2]})");
  const ProgramResult swept = daris({"sweep", sweep, "-o", path("a")});
  EXPECT_EQ(swept.exit_code, 2);
  EXPECT_EQ(std::count(swept.messages.begin(), swept.messages.end(), '\n'), 1) << swept.messages;
  EXPECT_THAT(swept.messages, HasSubstr("./none.so: can't be read: No such file"));
  EXPECT_FALSE(exists(path("a")));
}

TEST_F(OwnPolicyProgram, RefusesInOneLine) {
  EXPECT_THAT(refusal(path("none.so")), HasSubstr("No such file"));
  EXPECT_THAT(refusal(write("text.so", "text")), StartsWith("can't be loaded: "));
  EXPECT_THAT(refusal(variant("other-compiler")), StartsWith("was built by icc, and this daris "));
  EXPECT_THAT(refusal(variant("other-interface")), StartsWith("was built against interface 99 "));
  EXPECT_THAT(refusal(variant("crashes-at-load")), HasSubstr(" while it is loaded"));
  EXPECT_THAT(refusal(variant("throws-at-load")), StartsWith("crashes (signal 6, "));
  EXPECT_THAT(refusal(variant("throws-when-made")), StartsWith("makes no policy: no such setup"));
}

TEST_F(OwnPolicyProgram, WhatFailsInARunEndsItInOneLine) {
  EXPECT_THAT(refusal(variant("throws")), HasSubstr("ordinal 5 is too much; see `daris check-policy`"));
  EXPECT_THAT(refusal(variant("slot-twice")), HasSubstr("slot 0 runs twice at once"));
  EXPECT_THAT(refusal(variant("odd-size")), HasSubstr("but no batches are formed"));
}

TEST_F(OwnPolicyProgram, CheckPolicyIsAGate) {
  const ProgramResult good = daris({"check-policy", example("mine.so"), "--cases", "100"});
  EXPECT_EQ(good.exit_code, 0) << good.messages;
  EXPECT_THAT(good.output, AllOf(HasSubstr("100 random task sets"), HasSubstr("ok      no slot runs two"),
                                 Not(HasSubstr("broken"))));
  const ProgramResult bad = daris({"check-policy", variant("slot-twice"), "--cases", "100"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.output, AllOf(HasSubstr("broken  no slot runs two launches at once\n        first: seed "),
                                HasSubstr("slot 0 runs twice at once"), HasSubstr("ok      timers")));
  const ProgramResult crash = daris({"check-policy", variant("crashes"), "--seed", "3"});
  EXPECT_EQ(crash.exit_code, 1);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these take the signal
  EXPECT_THAT(crash.messages, HasSubstr("crashes.so: crashes (signal 11, Segmentation fault) in the case of "
                                        "seed 3\n"));
#endif
  EXPECT_EQ(daris({"check-policy", "edf", "--cases", "20"}).exit_code, 0);
  EXPECT_THAT(daris({"check-policy", "edff"}).messages, HasSubstr("did you mean \"edf\"?"));
  EXPECT_THAT(daris({"check-policy", "edf", "--cases", "0"}).messages,
              HasSubstr("--cases: \"0\" is not a whole number from 1 to"));
  EXPECT_EQ(daris({"check-policy", path("none.so")}).exit_code, 2);
}

}  // namespace
}  // namespace daris
