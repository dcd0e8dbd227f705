// A scheduler of one's own in the live world, over a machine of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/logs/replay.h"
#include "experiment/validation/same_inputs.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/live/plain_world.h"
#include "tests/plugin/variant_files.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using testing::kNever;
using testing::PlainWorld;
using testing::variant_file;

RunConfig own_run(const std::string& file) {
  RunConfig config = testing::small_cnn_run(300);
  config.contexts = 2;
  config.policy = file;
  return config;
}

TEST(LiveOwnPolicy, TheExampleRunsAndItsLogReplays) {
  const testing::TemporaryFolder folder;
  PlainWorld world(kNever, nullptr, (folder / "log").string());
  const Json point = world.run(own_run(DARIS_EXAMPLE_POLICY));
  ASSERT_FALSE(point.is_null()) << world.error;
  EXPECT_GT(point["results"]["levels"][0]["completed"], 0);
  EXPECT_EQ(point["policy_sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(world.backend->made, std::vector<bool>{false}) << "it runs whole models";
  const Result<ReplayOutcome> replayed = replay(folder / "log");
  ASSERT_TRUE(replayed.ok()) << replayed.error().message;
  EXPECT_EQ(replayed.value().difference, std::nullopt);
  EXPECT_GT(replayed.value().decisions, 40U);
}

// The live id counts the file's bytes, so `daris validate` can tell whether they are still the same.
TEST(LiveOwnPolicy, ItsInputsAreKnownToBeTheSame) {
  PlainWorld world;
  const RunConfig config = own_run(variant_file("honest"));
  LivePoint live;
  live.point = world.run(config);
  ASSERT_FALSE(live.point.is_null()) << world.error;
  live.provenance = {{"gpu", "plain"}, {"driver", nullptr}};
  Inputs inputs;
  const Status same = check_same_inputs(live, config, inputs);
  EXPECT_TRUE(same.ok()) << same.error().message;
  RunConfig other_tasks = config;
  other_tasks.task_set = "resnet18-paper";
  EXPECT_THAT(check_same_inputs(live, other_tasks, inputs).error().message, HasSubstr("other bytes"));
  live.point["policy_sha256"] = std::string(64, '0');
  EXPECT_THAT(check_same_inputs(live, config, inputs).error().message,
              HasSubstr("honest.so\" has other bytes than in the live run"));
}

TEST(LiveOwnPolicy, AnExceptionEndsTheRun) {
  PlainWorld world;
  EXPECT_TRUE(world.run(own_run(variant_file("throws"))).is_null());
  EXPECT_THAT(world.error, HasSubstr("ordinal 5 is too much; see `daris check-policy`"));
}

TEST(LiveOwnPolicy, AnImpossibleLaunchNeverReachesTheMachine) {
  PlainWorld world;
  EXPECT_TRUE(world.run(own_run(variant_file("no-such-slot"))).is_null());
  EXPECT_THAT(world.error, HasSubstr("there is no slot 60000"));
}

}  // namespace
}  // namespace daris
