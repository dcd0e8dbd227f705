// Tests how B is chosen on a live backend: what is measured for it, and which size wins.
#include "experiment/live/live_batch_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

#include "experiment/normalise.h"
#include "experiment/point_run.h"
#include "experiment/simulated/simulated_runner.h"
#include "tests/experiment/live/plain_world.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kMs;
using ::testing::Not;
using testing::PlainWorld;
using Inputs32 = std::vector<std::uint32_t>;

// There is room for batches of 1, 2, ... `largest`, and for no larger ones.
std::function<bool(const LiveWork&)> refuses_above(std::uint32_t largest) {
  return [largest](const LiveWork& work) {
    const auto& groups = work.workload->set.groups;
    return std::any_of(groups.begin(), groups.end(),
                       [=](const TaskGroup& group) { return group.batch > largest; });
  };
}

class LiveBatchLimitTest : public ::testing::Test {
 protected:
  LiveBatchLimitTest() { config_.policy = "batching"; }

  Json run() { return world_.run(config_); }
  // The executors that were made for the choice: their jobs are whole batches. The last one is the run's.
  [[nodiscard]] std::vector<Inputs32> tried() const {
    return {world_.backend->jobs_made.begin(), world_.backend->jobs_made.end() - 1};
  }

  PlainWorld world_;
  RunConfig config_ = testing::small_cnn_run(150);
};

// 600 jobs/s, of which launches of one job do 250: batches must be large.
TEST_F(LiveBatchLimitTest, TakesLargeBatchesWhereTheyCostNothing) {
  world_.backend->stage_time = [](std::uint32_t) { return Duration::from_ns(4 * kMs); };
  const Json point = run();
  ASSERT_EQ(point["batch_limits"].size(), 1U) << world_.error;
  const std::uint32_t limit = point["batch_limits"][0];
  EXPECT_GE(limit, 4U);
  EXPECT_TRUE(point["config"]["batch_limit"].is_null()) << "the configuration left it open";
  EXPECT_THAT(testing::warnings_of(point), IsEmpty());
  EXPECT_THAT(tried(),
              ElementsAre(Inputs32{1}, Inputs32{2}, Inputs32{4}, Inputs32{8}, Inputs32{16}, Inputs32{32}));
  for (std::size_t i = 0; i + 1 < world_.backend->batches_made.size(); ++i)
    EXPECT_THAT(world_.backend->batches_made[i], IsEmpty())
        << "no size is captured but the one that is measured";
  EXPECT_EQ(world_.backend->batches_made.back().back(), limit);
  EXPECT_EQ(world_.backend->forgotten, 1U);
}

TEST_F(LiveBatchLimitTest, TriesNoBatchThatCanNeverBeInTime) {
  world_.backend->stage_time = [](std::uint32_t batch) { return Duration::from_ns(3 * kMs * batch); };
  const Json point = run();
  EXPECT_LE(point["batch_limits"][0], 4) << world_.error;
  EXPECT_THAT(tried(), ElementsAre(Inputs32{1}, Inputs32{2}, Inputs32{4}, Inputs32{8})) << "8 take 24 ms";
  EXPECT_EQ(world_.backend->forgotten, 1U) << "batches of 8 go, whatever was chosen";
}

// The run has one limit for all networks, so a size that one of them can use is measured for all.
TEST_F(LiveBatchLimitTest, EndsWhereNoNetworkCanBeInTime) {
  const std::function<bool()> never = [] { return false; };
  const std::array<std::int64_t, 2> deadlines_ms = {2, 6};
  TaskSet set;
  set.name = "two";
  for (const char* const model : {"small_cnn", "resnet18"}) {
    TaskGroup& group = set.groups.emplace_back();
    group.name = group.model = model;
    group.period = Duration::from_ns(10 * kMs);
    group.deadline = Duration::from_ns(deadlines_ms[set.groups.size() - 1] * kMs);
    group.weights = Weights::kShared;
  }
  world_.backend->stage_time = [](std::uint32_t batch) { return Duration::from_ns(3 * kMs / 10 * batch); };
  LiveWork work;
  work.staged = false;
  const LiveMeasurements measurements(*world_.backend, work,
                                      std::make_shared<MonotonicClock>(world_.backend->idle_mode()), never);
  const Result<LiveBatchLimit> chosen = choose_live_batch_limit(normalise(config_, World::kLive).value(),
                                                                make_workload(set), measurements, nullptr);
  ASSERT_TRUE(chosen.ok()) << chosen.error().message;
  EXPECT_THAT(world_.backend->jobs_made, ElementsAre(Inputs32{1, 1}, Inputs32{2, 2}, Inputs32{4, 4},
                                                     Inputs32{8, 8}, Inputs32{16, 16}, Inputs32{32, 32}))
      << "8 are too long for one, 32 for both";
  EXPECT_THAT(chosen.value().choice.tried, ElementsAre(1, 2, 4, 8, 16));
  EXPECT_EQ(chosen.value().cut_short, std::nullopt);
}

TEST_F(LiveBatchLimitTest, ChoosesAmongWhatFitsIntoMemory) {
  world_.backend->stage_time = [](std::uint32_t) { return Duration::from_ns(4 * kMs); };
  world_.backend->refuses = refuses_above(4);
  const Json point = run();
  EXPECT_LE(point["batch_limits"][0], 4) << world_.error;
  ASSERT_EQ(testing::warnings_of(point).size(), 1U);
  EXPECT_THAT(testing::warnings_of(point)[0], AllOf(HasSubstr("batches of 8 inputs and more were not tried"),
                                                    HasSubstr("memory"), HasSubstr("--batch-limit")));
  EXPECT_EQ(world_.backend->forgotten, 1U) << "what was set up halfway goes";
}

// These errors are not for want of memory: a fault of the machine must not pass for a limit of batches.
TEST_F(LiveBatchLimitTest, FailsWhereALaunchHangs) {
  world_.backend->hangs_after = Duration::from_ns(20 * kMs);
  world_.backend->stage_time = [](std::uint32_t batch) {
    return Duration::from_ns(batch < 8 ? 1 * kMs : 1'000 * kMs);
  };
  run();
  EXPECT_THAT(world_.error,
              AllOf(HasSubstr("batch_limit: batches of 8 inputs could not be measured: closed loop"),
                    HasSubstr("--batch-limit N with N below 8 ")));
}

TEST_F(LiveBatchLimitTest, SaysWhatElseHelpsWhereTheRunItselfHasNoRoom) {
  world_.backend->stage_time = [](std::uint32_t) { return Duration::from_ns(4 * kMs); };
  world_.backend->refuses = [](const LiveWork& work) { return !work.batches.empty(); };
  run();
  EXPECT_THAT(world_.error, AllOf(HasSubstr("memory is too small; the largest batch was chosen as "),
                                  HasSubstr("--batch-limit with a smaller one")));
  config_.batch_limit = 4;
  run();
  EXPECT_EQ(world_.error, "the GPU's memory is too small") << "it was given";
}

TEST_F(LiveBatchLimitTest, SaysWhatToDoWhereNothingCanBeMeasured) {
  world_.backend->refuses = refuses_above(0);
  run();
  EXPECT_THAT(world_.error,
              AllOf(HasSubstr("batch_limit: batches of 1 inputs could not be measured"), HasSubstr("memory"),
                    HasSubstr("jobs of the task set are as large as 1: a smaller \"batch\" or fewer models"),
                    Not(HasSubstr("--batch-limit"))));
}

TEST_F(LiveBatchLimitTest, MeasuresNothingWhereItIsGiven) {
  config_.batch_limit = 4;
  EXPECT_EQ(run()["batch_limits"][0], 4);
  EXPECT_THAT(tried(), IsEmpty());
  config_.policy = "clockwork";
  config_.batch_limit.reset();
  world_.backend->jobs_made.clear();
  EXPECT_EQ(run()["batch_limits"][0], 1) << world_.error;
  EXPECT_THAT(tried(), IsEmpty());
}

TEST_F(LiveBatchLimitTest, IsTheSameInAllReplicationsOfAPoint) {
  config_.replications = 3;
  const Json done = world_.run_in_sweep(config_);
  EXPECT_EQ(done["confidence"]["replications"], 3);
  EXPECT_EQ(world_.backend->jobs_made.size(), 6 + 3U)
      << "six sizes once, then an executor for each replication";
}

// The live run then has the limit that the simulator has.
TEST_F(LiveBatchLimitTest, IsThatOfTheSimulatorWhereAProfileIsRead) {
  world_.backend->pci = "0000:01:00.0";
  config_.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config_.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  config_.scaling.load = 1.5;
  config_.scaling.load_by = LoadBy::kRate;
  const Json point = run();
  ASSERT_EQ(point["batch_limits"].size(), 1U) << world_.error;
  EXPECT_THAT(tried(), IsEmpty()) << "the profile has the times";
  EXPECT_GT(point["batch_limits"][0], 1);
  SimulatedRunner simulated;
  const Point same = simulated.settle(config_).value();
  ASSERT_TRUE(simulated.check(same).ok());
  const Result<PointRun> result = simulated.run(same, 1, [] { return false; });
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(point["batch_limits"], result.value().point.value()["batch_limits"]);
}

}  // namespace
}  // namespace daris
