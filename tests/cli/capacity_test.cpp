// `daris capacity` as a user starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class Capacity : public ProgramTest {
 protected:
  [[nodiscard]] ProgramResult capacity(const std::vector<std::string>& words) const {
    std::vector<std::string> all{"capacity"};
    for (const std::string& word : inputs()) all.push_back(word);
    for (const char* const word : {"--duration", "500ms", "--warmup", "100ms"}) all.emplace_back(word);
    all.insert(all.end(), words.begin(), words.end());
    return daris(all);
  }
};

TEST_F(Capacity, WritesADocumentAndATable) {
  const ProgramResult found = capacity({"--contexts", "4"});
  ASSERT_EQ(found.exit_code, 0) << found.messages;
  const Json document = Json::parse(found.output);
  const Json schema = Json::parse(schema_text("daris.capacity"));
  EXPECT_TRUE(validate_document(schema, document, "it").ok());
  EXPECT_EQ(document["objectives"], "default");
  EXPECT_EQ(document["highest_passing"]["replications"], 5);
  EXPECT_LT(document["highest_passing"]["load"], document["lowest_failing"]["load"]);
  EXPECT_FALSE(document["lowest_failing"]["broken"].empty());
  EXPECT_EQ(document["breaks_first"], document["lowest_failing"]["broken"][0]);
  EXPECT_THAT(found.messages, HasSubstr("the set has no objectives, so the default"));
  EXPECT_THAT(found.messages, HasSubstr("what breaks first"));
}

TEST_F(Capacity, CanBeRunAgainFromItsConfiguration) {
  const Json document = Json::parse(capacity({"--contexts", "4"}).output);
  Json config = {{"schema", "daris.config"}, {"version", 1}};
  config.update(document["config"]);
  const ProgramResult again = daris({"sim", "--config", write("config.json", config.dump())});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(point_of(again.output)["id"], document["highest_passing"]["id"]);
  EXPECT_EQ(point_of(again.output)["results"]["on_time_jobs_per_s"],
            document["highest_passing"]["on_time_jobs_per_s"]);
}

TEST_F(Capacity, GivesEqualBytes) {
  EXPECT_EQ(capacity({"--shape", "auto", "--axis", "rate"}).output,
            capacity({"--shape", "auto", "--axis", "rate"}).output);
}

TEST_F(Capacity, RefusesWhatItCannotScale) {
  EXPECT_THAT(capacity({"--load", "2"}).messages, HasSubstr("load: the highest is looked for"));
  EXPECT_THAT(capacity({"--axis", "speed"}).messages, HasSubstr("load, rate or tasks is needed"));
  EXPECT_THAT(capacity({"--precision", "0"}).messages, HasSubstr("not a share from 0.0001 to 0.5"));
  EXPECT_EQ(capacity({"--loss-max", "x"}).exit_code, 2);
}

}  // namespace
}  // namespace daris
