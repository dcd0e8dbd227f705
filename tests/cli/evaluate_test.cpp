// `daris evaluate` as a program that searches uses it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EvaluateProgram : public ProgramTest {
 protected:
  // The answers to `requests`, without the header. Each obeys the schema.
  std::vector<Json> answers(const std::string& requests, const std::string& more = "--threads 2") const {
    std::string command = DARIS_PROGRAM " evaluate";
    for (const std::string& word : inputs()) command += " " + word;
    command += " --duration 0.3s --warmup 0.1s " + more + " < " + write("requests", requests) + " > " +
               path("answers") + " 2> " + path("said");
    EXPECT_EQ(std::system(command.c_str()), 0) << read(path("said"));
    EXPECT_EQ(read(path("said")), "");
    const Json schema = Json::parse(schema_text("daris.evaluations"));
    std::istringstream lines(read(path("answers")));
    std::vector<Json> all;
    for (std::string line; std::getline(lines, line);) {
      all.push_back(Json::parse(line));
      const Status valid = validate_document(schema, all.back(), "answer");
      EXPECT_TRUE(valid.ok()) << valid.error().message;
    }
    if (all.empty()) return all;
    EXPECT_EQ(all.front()["schema"], "daris.evaluations");
    all.erase(all.begin());
    return all;
  }
};

TEST_F(EvaluateProgram, AnswersAreThePointsOfSim) {
  const std::vector<Json> all =
      answers("{\"load\": 1.2, \"policy\": \"edf\", \"id\": [1]}\n{\"bound\": 0.8}");
  ASSERT_EQ(all.size(), 2U);
  const std::vector<std::string> times{"--duration", "0.3s", "--warmup", "0.1s"};
  std::vector<std::string> words = times;
  words.insert(words.end(), {"--load", "1.2", "--policy", "edf"});
  EXPECT_EQ(all[0]["point"], point_of(simulate(words).output));
  EXPECT_EQ(all[0]["id"], Json({1}));
  EXPECT_EQ(all[0]["line"], 1);
  words = times;
  words.insert(words.end(), {"--set", "bound=0.8"});
  EXPECT_EQ(all[1]["point"], point_of(simulate(words).output));
  EXPECT_FALSE(all[1].contains("id"));
}

TEST_F(EvaluateProgram, AWrongLineIsAnsweredAndTheRestGoesOn) {
  const std::vector<Json> all = answers(
      "{\"lod\": 1, \"id\": \"a\"}\n\n[]\nnonsense\n{\"policy\": \"./none.so\"}\n{\"load\": 1, \"load\": 2}\n"
      "{\"switches\": {\"bound\": 0.9}}\n");
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0],
            Json({{"line", 1}, {"id", "a"}, {"error", "line 1: lod: unknown key; did you mean \"load\"?"}}));
  EXPECT_EQ(all[1]["line"], 3) << "a line of blanks counts, but has no answer";
  EXPECT_THAT(all[1]["error"].get<std::string>(), HasSubstr("is not a JSON object"));
  EXPECT_THAT(all[2]["error"].get<std::string>(), StartsWith("line 4:2: not valid JSON"));
  EXPECT_THAT(all[3]["error"].get<std::string>(), HasSubstr("line 5: ./none.so: can't be read"));
  EXPECT_TRUE(all[4].contains("error")) << "a key stands twice";
  EXPECT_EQ(all[5]["point"]["config"]["switches"]["bound"], "0.9");
}

TEST_F(EvaluateProgram, AnyNumberOfThreadsGivesTheSameBytes) {
  std::string requests;
  for (int seed = 0; seed < 40; ++seed) requests += "{\"seed\": " + std::to_string(seed) + "}\n";
  const std::vector<Json> one = answers(requests, "--threads 1");
  const std::vector<Json> three = answers(requests, "--threads 3");
  EXPECT_EQ(one.size(), 40U);
  EXPECT_EQ(one, three);
}

TEST_F(EvaluateProgram, EndsWithItsInput) { EXPECT_TRUE(answers("").empty()); }

}  // namespace
}  // namespace daris
