// Blame through the program: in the report, of the log, and the same in both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/json/parse.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Blame : public ProgramTest {
 protected:
  // Simulates an overload in which jobs miss, and returns the report's first point.
  Json overload(std::vector<std::string> words) const {
    words.insert(words.end(),
                 {"--load", "2", "--policy", "edf", "--duration", "2s", "-o", path("report.json")});
    const ProgramResult result = simulate(std::move(words));
    EXPECT_EQ(result.exit_code, 0) << result.messages;
    return point_of(read(path("report.json")));
  }
};

std::uint64_t sum_of(const Json& causes) {
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : causes.items()) sum += count.get<std::uint64_t>();
  return sum;
}

TEST_F(Blame, StandsInTheReportIfItIsAskedFor) {
  const Json point = overload({"--blame", "on", "--replications", "2"});
  EXPECT_EQ(point["config"]["blame"], "on");
  std::uint64_t missed = 0;
  for (const char* const entries : {"levels", "tasks"}) {
    for (const Json& entry : point["results"][entries]) {
      EXPECT_EQ(sum_of(entry["miss_causes"]), entry["missed"].get<std::uint64_t>()) << entry;
      missed += entry["missed"].get<std::uint64_t>();
    }
  }
  EXPECT_GT(missed, 0U);
  const Json silent = overload({});
  EXPECT_FALSE(silent["config"].contains("blame"));
  EXPECT_FALSE(silent["results"]["levels"][0].contains("miss_causes"));
  EXPECT_NE(silent["id"], point["id"]);
}

TEST_F(Blame, IsTheSameOfTheRunAndOfItsLog) {
  const Json point = overload({"--blame", "on", "--log", path("log")});
  const ProgramResult traced = daris({"trace", path("log"), "--blame", "-"});
  ASSERT_EQ(traced.exit_code, 0) << traced.messages;
  EXPECT_THAT(traced.messages, HasSubstr("level 0"));
  const Json document = parse_json(traced.output, "blame").value();
  const Json& levels = document["runs"][0]["levels"];
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Json& reported = point["results"]["levels"][i];
    EXPECT_EQ(levels[i]["missed"], reported["missed"]);
    for (const auto& [cause, count] : levels[i]["causes"].items())
      EXPECT_EQ(count.get<std::uint64_t>(), reported["miss_causes"].value(cause, std::uint64_t{0})) << cause;
  }
}

TEST_F(Blame, WrongWordsAreNamed) {
  overload({"--log", path("log")});
  const auto refused = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"trace", path("log")});
    const ProgramResult result = daris(words);
    EXPECT_EQ(result.exit_code, 2);
    return result.messages;
  };
  EXPECT_THAT(refused({}), HasSubstr("-o FILE is needed"));
  EXPECT_THAT(refused({"-o", path("log")}), HasSubstr("would be written over by --output"));
  EXPECT_THAT(refused({"-o", path("x"), "--blame", path("x")}), HasSubstr("they need two files"));
  std::string text = read(path("log"));
  const std::size_t release = text.find("\"event\":\"job_released\"");
  const std::size_t line = text.rfind('\n', release) + 1;
  text.erase(line, text.find('\n', line) + 1 - line);
  EXPECT_THAT(daris({"trace", write("lacking", text), "-o", path("x")}).messages,
              HasSubstr("can't have happened"));
}

}  // namespace
}  // namespace daris
