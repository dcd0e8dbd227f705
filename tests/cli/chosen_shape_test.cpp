// `--shape auto` in `daris sim`: what is chosen, what the log of such a run has, and how the run is repeated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/json.h"
#include "tests/cli/program.h"

namespace daris {
namespace {

using testing::HasSubstr;

class ChosenShape : public ProgramTest {};

TEST_F(ChosenShape, IsToldOfWithItsReason) {
  const Words words = with(kShort, {"--load", "1.5", "--shape", "auto"});
  const ProgramResult result = simulate(with(words, {"--log", path("log"), "-o", path("r.json")}));
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json point = point_of(read(path("r.json")));
  const Json& shape = point["shape"];
  EXPECT_EQ(point["config"]["shape"], "auto");
  EXPECT_FALSE(point["config"].contains("contexts"));
  EXPECT_EQ(point["granted_sms"].size(), shape["contexts"].get<std::size_t>());
  EXPECT_THAT(result.messages, HasSubstr(shape["why"].get<std::string>()));
  EXPECT_EQ(std::count(result.messages.begin(), result.messages.end(), '\n'), 1) << result.messages;

  const Json given = point_of(simulate(with(kShort, {"--load", "1.5", "--contexts", shape["contexts"].dump(),
                                                     "--streams", shape["streams"].dump(),
                                                     "--oversubscription", shape["oversubscription"].dump()}))
                                  .output);
  EXPECT_EQ(given["results"], point["results"]);
  EXPECT_NE(given["id"], point["id"]);
  EXPECT_FALSE(given.contains("shape"));
}

TEST_F(ChosenShape, FitsAReserve) {
  const Words words = with(
      kShort, {"--policy", "daris-batched", "--shape", "auto", "--set", "reserve=2", "-o", path("r.json")});
  const ProgramResult result = simulate(words);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  for (const Json& tried : point_of(read(path("r.json")))["shape"]["tried"]) EXPECT_GT(tried["contexts"], 2);
}

TEST_F(ChosenShape, ForLatencyIsAPartitionThatAFileGivesAgain) {
  const Words words{"sim",        "--task-set", "urgent-390", "--policy",    "daris-batched",
                    "--duration", "1s",         "--warmup",   "0.1s",        "--batch-limit",
                    "1",          "--shape",    "auto",       "--goal",      "latency",
                    "--log",      path("log"),  "-o",         path("r.json")};
  const ProgramResult result = daris(words);
  ASSERT_EQ(result.exit_code, 0) << result.messages;
  const Json point = point_of(read(path("r.json")));
  EXPECT_EQ(point["config"]["goal"], "latency");
  EXPECT_EQ(point["config"]["switches"]["order"], "urgency") << "as it was given";
  EXPECT_EQ(point["shape"]["switches"]["order"], "level");
  const ProgramResult again = daris({"sim", "--config", path("r.json")});
  EXPECT_EQ(point_of(again.output)["id"], point["id"]) << again.messages;
  const Json& shape = point["shape"];
  ASSERT_TRUE(shape.contains("partition")) << "an equal shape has a p99 that is half as long again";
  EXPECT_EQ(shape["partition"]["contexts"].size(), point["granted_sms"].size());
  EXPECT_THAT(result.messages, HasSubstr("took " + shape["name"].get<std::string>()));
  EXPECT_EQ(daris({"replay", path("log")}).exit_code, 0);

  write("mine.json", shape["partition"].dump());
  const Json given = point_of(
      daris({"sim", "--task-set", "urgent-390", "--policy", "daris-batched", "--duration", "1s", "--warmup",
             "0.1s", "--batch-limit", "1", "--set", "order=level", "--partition", path("mine.json")})
          .output);
  EXPECT_EQ(given["results"], point["results"]);
  EXPECT_NE(given["id"], point["id"]);
}

// The log has all that it needs, though no file has the partition.
TEST_F(ChosenShape, StandsInTheLogIfItIsAPartition) {
  const Words run{"sim",      "--task-set", "urgent-390",    "--policy", "daris-batched", "--duration", "1s",
                  "--warmup", "0.1s",       "--batch-limit", "1"};
  ASSERT_EQ(
      daris(with(run, {"--shape", "auto", "--goal", "latency", "--log", path("log"), "-o", path("r.json")}))
          .exit_code,
      0);
  const Json point = point_of(read(path("r.json")));
  ASSERT_TRUE(point["shape"].contains("partition"));
  const ProgramResult given = daris(with(run, {"--set", "order=level", "--partition", path("log")}));
  ASSERT_EQ(given.exit_code, 0) << given.messages;
  EXPECT_EQ(point_of(given.output)["results"], point["results"]);
  const ProgramResult scripted = daris({"sim", "--schedule", path("log"), "--pace", "time"});
  ASSERT_EQ(scripted.exit_code, 0) << scripted.messages;
  const Json repeated = point_of(scripted.output);
  EXPECT_EQ(repeated["config"]["partition"], path("log"));
  EXPECT_EQ(repeated["granted_sms"], point["granted_sms"]);
  EXPECT_EQ(repeated["results"]["levels"][0]["completed"], point["results"]["levels"][0]["completed"]);
  ASSERT_EQ(simulate(with(kShort, {"--log", path("plain"), "-o", path("p.json")})).exit_code, 0);
  const ProgramResult none = daris(with(run, {"--partition", path("plain")}));
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.messages, HasSubstr("partition: is the log of a run for which none was chosen"));
}

TEST_F(ChosenShape, IsRunAgain) {
  ASSERT_EQ(simulate(with(kShort, {"--shape", "auto", "--log", path("log"), "-o", path("r.json")})).exit_code,
            0);
  const Json point = point_of(read(path("r.json")));
  EXPECT_EQ(point_of(daris({"sim", "--config", path("r.json")}).output), point);
  EXPECT_EQ(daris({"replay", path("log")}).exit_code, 0);
  const ProgramResult scripted = daris({"sim", "--schedule", path("log"), "--pace", "time"});
  ASSERT_EQ(scripted.exit_code, 0) << scripted.messages;
  const Json repeated = point_of(scripted.output);
  EXPECT_EQ(repeated["config"]["contexts"], point["shape"]["contexts"]);
  EXPECT_EQ(repeated["config"]["oversubscription"], point["shape"]["oversubscription"]);
  EXPECT_EQ(repeated["results"]["levels"][0]["completed"], point["results"]["levels"][0]["completed"]);
}

TEST_F(ChosenShape, OfAFlagWinsOverTheFile) {
  ASSERT_EQ(simulate(with(kShort, {"--shape", "auto", "-o", path("auto.json")})).exit_code, 0);
  ASSERT_EQ(simulate(with(kShort, {"--contexts", "2", "-o", path("two.json")})).exit_code, 0);
  const Json chosen = point_of(daris({"sim", "--config", path("two.json"), "--shape", "auto"}).output);
  EXPECT_EQ(chosen, point_of(read(path("auto.json"))));
  const Json two = point_of(daris({"sim", "--config", path("auto.json"), "--contexts", "2"}).output);
  EXPECT_EQ(two, point_of(read(path("two.json"))));
}

TEST_F(ChosenShape, IsNoneIfThePolicyHasOne) {
  const Words words = with(kShort, {"--policy", "clockwork"});
  EXPECT_EQ(point_of(simulate(words).output), point_of(simulate(with(words, {"--shape", "auto"})).output));
}

}  // namespace
}  // namespace daris
