// A scheduler of one's own in the live world, over a machine of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/logs/replay.h"
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
