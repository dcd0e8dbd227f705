#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Compare : public ProgramTest {
 protected:
  // Simulates three short replications and returns the report's file.
  std::string report(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.end(), {"--replications", "3", "--load", "2", "-o", path(name)});
    EXPECT_EQ(simulate(std::move(words)).exit_code, 0);
    return path(name);
  }
};

TEST_F(Compare, AReportWithItselfIsTheSame) {
  const std::string file = report("a.json", {});
  const ProgramResult result = daris({"compare", file, file});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  const Json document = parse_json(result.output, "comparison").value();
  EXPECT_EQ(document["schema"], "daris.comparison");
  EXPECT_TRUE(document["points"][0]["paired"].get<bool>());
  for (const Json& row : document["summary"]) EXPECT_EQ(row["worse"], 0) << row;
}

TEST_F(Compare, ARegressionEndsWithOneAndIsToldBothWays) {
  const std::string daris_report = report("daris.json", {});
  const std::string fifo_report = report("fifo.json", {"--policy", "fifo"});
  const ProgramResult refused = daris({"compare", daris_report, fifo_report});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.messages, HasSubstr("--ignore"));
  const ProgramResult worse = daris({"compare", daris_report, fifo_report, "--ignore", "policy,switches",
                                     "--figures", "level0_deadline_miss_rate,on_time_jobs_per_s"});
  EXPECT_EQ(worse.exit_code, 1) << worse.messages;
  EXPECT_THAT(worse.messages, HasSubstr("worse, a regression"));
  EXPECT_THAT(worse.messages, HasSubstr("worse by more than 1%"));
  const ProgramResult tolerated =
      daris({"compare", daris_report, fifo_report, "--ignore", "policy,switches", "--tolerance", "100%"});
  EXPECT_EQ(tolerated.exit_code, 1) << "times to respond may grow by more than all";
  EXPECT_EQ(daris({"compare", fifo_report, daris_report, "--by", "task_set", "--figures",
                   "level0_deadline_miss_rate,on_time_jobs_per_s"})
                .exit_code,
            0);
}

TEST_F(Compare, SweepFoldersAreRead) {
  const std::string sweep =
      write_sweep("s.json", R"({"load": [1, 2], "policy": ["daris", "edf"]})", R"(, "replications": 2)");
  ASSERT_EQ(daris({"sweep", sweep, "-o", path("out")}).exit_code, 0);
  ASSERT_EQ(daris({"merge", path("out"), "-o", path("r.json")}).exit_code, 0);
  const ProgramResult result = daris({"compare", path("out"), path("r.json")});
  EXPECT_EQ(result.exit_code, 0) << result.messages;
  EXPECT_EQ(parse_json(result.output, "comparison").value()["points"].size(), 4U);
}

TEST_F(Compare, WrongWordsAreNamed) {
  const std::string file = report("a.json", {});
  const auto said = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"compare", file, file});
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "");
    return result.messages;
  };
  EXPECT_THAT(said({"--ignore", "polcy"}), HasSubstr("did you mean \"policy\""));
  EXPECT_THAT(said({"--ignore", "policy", "--by", "load"}), HasSubstr("only one"));
  EXPECT_THAT(said({"--tolerance", "-1"}), HasSubstr("--tolerance: \"-1\" is not a share from 0 to 1"));
  EXPECT_THAT(said({"--figures", "speed"}), HasSubstr("no point has \"speed\""));
}

}  // namespace
}  // namespace daris
