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
  // Of few candidates.
  [[nodiscard]] ProgramResult recommend() const {
    std::vector<std::string> all{"recommend"};
    for (const std::string& word : inputs()) all.push_back(word);
    for (const char* const word :
         {"--duration", "500ms", "--warmup", "100ms", "--backend", "green", "--contexts", "4"})
      all.emplace_back(word);
    return daris(all);
  }
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
  const ProgramResult again = daris({"sim", "--config", write("capacity.json", document.dump())});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(point_of(again.output)["id"], document["highest_passing"]["id"]);
  EXPECT_EQ(point_of(again.output)["results"]["on_time_jobs_per_s"],
            document["highest_passing"]["on_time_jobs_per_s"]);
}

TEST_F(Capacity, RecommendsWhatCanBeRunFromItsDocument) {
  const ProgramResult found = recommend();
  ASSERT_EQ(found.exit_code, 0) << found.messages;
  const Json document = Json::parse(found.output);
  const ProgramResult again = daris({"sim", "--config", write("advice.json", found.output)});
  ASSERT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(point_of(again.output)["id"], document["pick"]["id"]);
  EXPECT_EQ(point_of(again.output)["results"]["on_time_jobs_per_s"], document["pick"]["on_time_jobs_per_s"]);
}

TEST_F(Capacity, RefusesToRunADocumentThatHasNothingToRun) {
  Json document = Json::parse(capacity({"--contexts", "4"}).output);
  const ProgramResult pointed =
      daris({"sim", "--config", write("capacity.json", document.dump()), "--point", "0123"});
  EXPECT_EQ(pointed.exit_code, 2);
  EXPECT_THAT(pointed.messages, HasSubstr("--point goes with a report"));
  document["config"] = nullptr;
  const ProgramResult none = daris({"sim", "--config", write("capacity.json", document.dump())});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.messages, HasSubstr("capacity.json: config: null, since no load held"));
  document.erase("config");
  const ProgramResult broken = daris({"sim", "--config", write("capacity.json", document.dump())});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.messages, HasSubstr("config"));
}

TEST_F(Capacity, SaysWhatTheHighestLoadMeans) {
  for (const char* const command : {"capacity", "recommend"})
    EXPECT_THAT(daris({command, "--help"}).output, HasSubstr("no load above a failed one is tried"));
  EXPECT_THAT(daris({"sim", "--help"}).output, HasSubstr("a capacity or a"));
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
  EXPECT_THAT(capacity({"--budget", "5m"}).messages, HasSubstr("--budget: it goes with --live"));
}

}  // namespace
}  // namespace daris
