// `--partition` through the program: jobs run where their levels may, the log replays, and wrong lists are
// refused with one line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "analysis/report/report.h"
#include "base/json/json.h"
#include "base/json/parse.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string partition_of(const std::string& rows) {
  return R"({"schema": "daris.partition", "version": 1, "contexts": [)" + rows + "]}";
}

class Partition : public ProgramTest {
 protected:
  ProgramResult cut(const std::string& rows, const Words& more = {}) const {
    Words words{"--duration", "0.3s", "--warmup",    "0.1s",
                "--load",     "1.2",  "--partition", write("rows.json", partition_of(rows))};
    words.insert(words.end(), more.begin(), more.end());
    return simulate(words);
  }

  std::vector<Json> log_of(const std::string& rows, const Words& more = {}) const {
    Words words{"--log", path("log.jsonl"), "-o", path("report.json")};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult run = cut(rows, words);
    EXPECT_EQ(run.exit_code, 0) << run.messages;
    EXPECT_EQ(daris({"replay", path("log.jsonl")}).exit_code, 0);
    std::vector<Json> lines;
    const std::string text = read(path("log.jsonl"));
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      lines.push_back(parse_json(text.substr(at, text.find('\n', at) - at), "log").value());
    return lines;
  }
};

// Pairs of slot and level that ran.
std::set<std::pair<std::uint32_t, std::uint32_t>> places(const std::vector<Json>& lines) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> found;
  const Json& tasks = lines.front()["setup"]["tasks"];
  for (const Json& line : lines) {
    if (line.value("decision", "") != "launch_stage") continue;
    for (const Json& job : line["jobs"])
      found.emplace(line["slot"].get<std::uint32_t>(), tasks[job["task"].get<std::size_t>()]["level"]);
  }
  return found;
}

constexpr char kApart[] =
    R"({"first_group": 0, "groups": 5, "levels": [0], "alone": true},
       {"first_group": 5, "groups": 10, "streams": 2, "levels": [1]})";

TEST_F(Partition, RunsEachLevelInItsContexts) {
  for (const char* policy : {"daris", "daris-batched"}) {
    const std::vector<Json> lines = log_of(kApart, {"--policy", policy});
    EXPECT_THAT(lines.front()["granted_sms"], ElementsAre(40, 80, 80)) << policy;
    EXPECT_THAT(places(lines), ElementsAre(std::pair{0U, 0U}, std::pair{1U, 1U}, std::pair{2U, 1U}))
        << policy;
  }
}

TEST_F(Partition, KeepsSlotsWithoutAList) {
  const Words words{"--duration", "0.3s",
                    "--warmup",   "0.1s",
                    "--load",     "1.2",
                    "--policy",   "daris-batched",
                    "--contexts", "3",
                    "--set",      "reserve=1",
                    "--log",      path("log.jsonl"),
                    "-o",         path("report.json")};
  ASSERT_EQ(simulate(words).exit_code, 0);
  EXPECT_EQ(daris({"replay", path("log.jsonl")}).exit_code, 0);
}

// A mix of 0 or 1 leaves out the tasks of one side, which then need no context.
TEST_F(Partition, NeedsNoContextForLevelsThatAreLeftOut) {
  const std::string lower = R"({"first_group": 0, "groups": 5, "levels": [1]})";
  const std::string upper = R"({"first_group": 0, "groups": 5, "levels": [0]})";
  EXPECT_EQ(cut(lower, {"--priority-mix", "0"}).exit_code, 0);
  EXPECT_EQ(cut(upper, {"--priority-mix", "1"}).exit_code, 0);
  EXPECT_THAT(cut(lower, {"--priority-mix", "1"}).messages, HasSubstr("level 0 of the task set has none"));
  EXPECT_THAT(cut(upper, {"--priority-mix", "0"}).messages, HasSubstr("level 1 of the task set has none"));
}

TEST_F(Partition, CountsInThePointsIdByItsContents) {
  std::set<std::string> ids;
  for (const char* rows : {R"({"first_group": 0, "groups": 5})", R"({"first_group": 0, "groups": 6})"}) {
    (void)log_of(rows);
    const Json report = Json::parse(read(path("report.json")));
    ids.insert(report["points"][0]["id"].get<std::string>());
    EXPECT_FALSE(report["points"][0]["config"].contains("contexts"));
  }
  EXPECT_EQ(ids.size(), 2U);
}

TEST_F(Partition, SaysThatTheSimulatorKnowsNoUrgency) {
  EXPECT_THAT(cut(R"({"first_group": 0, "groups": 5, "urgent": true})").messages,
              HasSubstr("the simulator does not know \"urgent\""));
}

// Above 40 points only the best shapes are shown.
TEST_F(Partition, IsNamedAmongTheBestShapes) {
  Json sweep = {{"schema", "daris.sweep"}, {"version", 1}, {"duration_s", 0.02}, {"warmup_s", 0}};
  for (std::size_t word = 0; word + 1 < inputs().size(); word += 2) {
    const std::string flag = inputs()[word].substr(2);
    sweep[flag == "task-set" ? "task_sets" : flag] = inputs()[word + 1];
  }
  Json seeds = Json::array();
  for (int seed = 0; seed < 41; ++seed) seeds.push_back(seed);
  sweep["grid"] = {{"partition", write("apart.json", partition_of(kApart))}, {"seed", seeds}};
  ASSERT_EQ(daris({"sweep", write("sweep.json", sweep.dump()), "-o", path("out")}).exit_code, 0);
  const ProgramResult merged = daris({"merge", path("out"), "-o", path("report.json")});
  EXPECT_EQ(merged.exit_code, 0) << merged.messages;
  EXPECT_THAT(merged.messages, HasSubstr("  apart  "));
}

TEST_F(Partition, RefusesWrongLists) {
  const auto message = [&](const std::string& rows, const Words& more = {}) {
    const ProgramResult run = cut(rows, more);
    EXPECT_EQ(run.exit_code, 2) << rows;
    return run.messages;
  };
  EXPECT_THAT(message(R"({"levels": [0, 1]})"), HasSubstr("contexts[0]: it has no SMs"));
  EXPECT_THAT(message(R"({"first_group": 0, "groups": 2, "levels": [0]})"),
              HasSubstr("contexts: level 1 of the task set has none"));
  EXPECT_THAT(message(R"({"first_group": 0, "groups": 2, "alone": true}, {"first_group": 1, "groups": 2})"),
              HasSubstr("contexts[0].alone: it shares SMs with contexts[1]"));
  EXPECT_THAT(
      message(R"({"first_group": 0, "groups": 2}, {"first_group": 1, "groups": 2})", {"--policy", "static"}),
      HasSubstr("it shares SMs with contexts[1], and the policy needs contexts that share none"));
  EXPECT_THAT(message(kApart, {"--policy", "edf"}), HasSubstr("leave \"levels\" out"));
  EXPECT_THAT(message(kApart, {"--contexts", "3"}), HasSubstr("leave contexts out"));
  EXPECT_THAT(message(kApart, {"--backend", "mps"}), HasSubstr("backend mps has no groups of SMs"));
}

}  // namespace
}  // namespace daris
