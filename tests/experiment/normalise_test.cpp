#include "experiment/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/run_options.h"
#include "policy/registry.h"

namespace daris {
namespace {

using testing::HasSubstr;

RunConfig config_of(const std::string& policy) {
  RunConfig config;
  config.task_set = "set";
  config.policy = policy;
  if (find_policy(policy)->scripted) config.schedule = "log";
  return config;
}

SettledConfig settled(const RunConfig& config, World world = World::kLive) {
  const Result<SettledConfig> result = normalise(config, world);
  EXPECT_TRUE(result.ok());
  return result.value();
}

std::string error_of(const RunConfig& config, World world = World::kLive) {
  const Result<SettledConfig> result = normalise(config, world);
  return result.ok() ? "" : result.error().message;
}

TEST(Normalise, SettlesOversubscription) {
  RunConfig config = config_of("daris");
  EXPECT_EQ(settled(config).oversubscription_milli, 2000U);
  config.contexts = 1;
  EXPECT_EQ(settled(config).oversubscription_milli, 1000U);
  config.contexts = 6;
  config.oversubscribed_by_contexts = true;
  EXPECT_EQ(settled(config).oversubscription_milli, 6000U);
  config.oversubscribed_by_contexts = false;
  config.oversubscription_milli = 9000;  // more than the whole GPU for each is the whole GPU for each
  EXPECT_EQ(settled(config).oversubscription_milli, 6000U);
}

TEST(Normalise, BackendsWithoutPartitionsShareTheWholeMachine) {
  for (const Backend backend : {Backend::kStreams, Backend::kCpu}) {
    RunConfig config = config_of("daris");
    config.backend = backend;
    config.contexts = 4;
    config.oversubscription_milli = 1000;
    EXPECT_EQ(settled(config).oversubscription_milli, 4000U);
  }
}

TEST(Normalise, TheSimulatorReadsNoLiveOptions) {
  RunConfig config = config_of("daris");
  config.copies = config.saturation = false;
  config.device = 3;
  EXPECT_FALSE(settled(config).copies);
  EXPECT_EQ(settled(config).device, 3U);
  const SettledConfig simulated = settled(config, World::kSimulated);
  EXPECT_TRUE(simulated.copies && simulated.saturation);
  EXPECT_EQ(simulated.device, 0U);
}

TEST(Normalise, TheSimulatorHasModelsOfGpusOnly) {
  RunConfig config = config_of("daris");
  config.backend = Backend::kCpu;
  EXPECT_EQ(error_of(config), "");
  EXPECT_THAT(error_of(config, World::kSimulated), HasSubstr("\"cpu\" has no model"));
  config.backend = Backend::kGreen;
  config.automatic_backend = true;
  EXPECT_THAT(error_of(config, World::kSimulated), HasSubstr("\"auto\" has no model"));
}

TEST(Normalise, TakesTheShapeThatThePolicyFixes) {
  for (const PolicyInfo& policy : policy_table()) {
    RunConfig config = config_of(std::string(policy.name));
    config.contexts = 4;
    config.streams = 3;
    config.oversubscription_milli = 3000;
    const SettledConfig result = settled(config);
    EXPECT_EQ(result.contexts, policy.single_slot ? 1U : 4U) << policy.name;
    EXPECT_EQ(result.streams, policy.single_slot ? 1U : 3U) << policy.name;
    EXPECT_EQ(result.oversubscription_milli, policy.single_slot || policy.isolated ? 1000U : 3000U)
        << policy.name;
  }
}

TEST(Normalise, LeavesAnOpenShapeAtTheLeastOne) {
  for (const Backend backend : {Backend::kGreen, Backend::kStreams}) {
    RunConfig config = config_of("static");
    config.backend = backend;
    config.oversubscription_milli = 3000;
    config.automatic_shape = true;
    EXPECT_TRUE(settled(config).automatic_shape);
    EXPECT_EQ(settled(config).shape(), (Shape{.backend = backend}));
  }
}

TEST(Normalise, TakesNoChoiceOfAShapeThatThePolicyFixes) {
  RunConfig config = config_of("batching");
  config.automatic_shape = true;
  EXPECT_FALSE(settled(config).automatic_shape);
}

TEST(Normalise, HasAGoalOnlyForAShapeThatIsChosen) {
  RunConfig config = config_of("daris");
  config.goal = ShapeGoal::kLatency;
  EXPECT_EQ(error_of(config),
            "goal: \"latency\" is for a shape that is chosen; add shape \"auto\", or leave it out");
  config.automatic_shape = true;
  EXPECT_EQ(settled(config).goal, ShapeGoal::kLatency);
  EXPECT_EQ(as_written(settled(config)).goal, ShapeGoal::kLatency);
  config.policy = "batching";
  EXPECT_EQ(settled(config).goal, ShapeGoal::kThroughput) << "its shape is fixed, so points are the same";
}

TEST(Normalise, RefusesAShapeBesideTheChoiceOfOne) {
  RunConfig config = config_of("daris");
  config.automatic_shape = true;
  config.given = {"oversubscription"};
  EXPECT_EQ(error_of(config), "shape: \"auto\" chooses oversubscription by itself; leave one of the two out");
  config = config_of("scripted");
  config.automatic_shape = true;
  EXPECT_THAT(error_of(config), HasSubstr("which has its own shape"));
}

TEST(Normalise, RefusesAShapeBesideAPartition) {
  for (const auto& [key, value] :
       {std::pair{"contexts", "4"}, std::pair{"streams", "1"}, std::pair{"oversubscription", "2"}}) {
    RunConfig config;
    config.task_set = "set.json";
    config.partition = "rows.json";
    ASSERT_TRUE(set_option(config, *find_run_option(key), value).ok());
    const Result<SettledConfig> settled = normalise(config, World::kSimulated);
    ASSERT_FALSE(settled.ok()) << key;
    EXPECT_EQ(settled.error().message,
              "partition: \"rows.json\" lists the contexts by itself; leave " + std::string(key) + " out");
  }
}

TEST(Normalise, TakesNoPartitionForOneSlot) {
  RunConfig config;
  config.task_set = "set.json";
  config.partition = "rows.json";
  EXPECT_EQ(normalise(config, World::kSimulated).value().partition, "rows.json");
  config.policy = "batching";
  EXPECT_EQ(normalise(config, World::kSimulated).value().partition, "");
}

TEST(Normalise, KeepsOnlySwitchesThatThePolicyObeys) {
  RunConfig config = config_of("edf");
  config.switches.bound_ppb = 900'000'000;
  config.switches.wait = BatchWait::kLatest;
  EXPECT_EQ(settled(config).switches, PolicySwitches());
  config.policy = "daris";
  EXPECT_EQ(settled(config).switches.bound_ppb, 900'000'000);
  EXPECT_EQ(settled(config).switches.wait, BatchWait::kNone);
  config.policy = "batching";
  EXPECT_EQ(settled(config).switches.bound_ppb, 1'000'000'000);
  EXPECT_EQ(settled(config).switches.wait, BatchWait::kLatest);
}

TEST(Normalise, DropsABatchLimitThatNothingReads) {
  RunConfig config = config_of("daris");
  config.batch_limit = 8;
  EXPECT_FALSE(settled(config).batch_limit);
  config.policy = "clockwork";
  EXPECT_FALSE(settled(config).batch_limit);
  config.policy = "batching";
  EXPECT_EQ(settled(config).batch_limit, 8U);
}

TEST(Normalise, ScalesByNothingWithoutALoad) {
  RunConfig config = config_of("daris");
  config.scaling.load_by = LoadBy::kRate;
  EXPECT_EQ(settled(config).scaling.load_by, LoadBy::kCount);
  config.scaling.load = 1.0;
  EXPECT_EQ(settled(config).scaling.load_by, LoadBy::kRate);
}

TEST(Normalise, KeepsADeadlineRatioBesideALog) {
  RunConfig config = config_of("daris");
  config.scaling.load = 1.5;
  config.scaling.deadline_ratio = 0.5;
  config.releases = "log";
  EXPECT_FALSE(settled(config).scaling.load);
  EXPECT_EQ(settled(config).scaling.deadline_ratio, 0.5);
}

TEST(Normalise, TwiceChangesNothing) {
  for (const PolicyInfo& policy : policy_table()) {
    RunConfig config = config_of(std::string(policy.name));
    config.batch_limit = 4;
    config.switches.window = 9;
    const SettledConfig once = settled(config);
    EXPECT_EQ(config_to_json(settled(as_written(once))), config_to_json(once)) << policy.name;
  }
}

TEST(Normalise, RefusesWhatCanNotBe) {
  RunConfig config = config_of("daris");
  config.contexts = 512;
  config.streams = 4;
  EXPECT_THAT(error_of(config), HasSubstr("2048 slots are too many; at most 1024"));
  config = config_of("daris");
  config.warmup = config.duration;
  EXPECT_THAT(error_of(config), HasSubstr("must be shorter than the duration, "));
  config = config_of("static");
  config.backend = Backend::kStreams;
  EXPECT_THAT(error_of(config), HasSubstr("\"static\" needs contexts that share no SM"));
  config.contexts = 1;
  EXPECT_EQ(error_of(config), "");
  config = config_of("daris");
  config.releases = "log";
  config.replications = 2;
  EXPECT_THAT(error_of(config), HasSubstr("2 is not 1"));
  config = config_of("scripted");
  config.replications = 2;
  EXPECT_THAT(error_of(config), HasSubstr("2 is not 1"));
  config = config_of("scripted");
  config.releases = "other";
  EXPECT_THAT(error_of(config), HasSubstr("stands beside a schedule"));
  config = config_of("scripted");
  config.policy = "edf";
  EXPECT_THAT(error_of(config), HasSubstr("executed by policy \"scripted\", not \"edf\""));
  config = config_of("scripted");
  config.schedule.clear();
  EXPECT_THAT(error_of(config), HasSubstr("name the log of a run with --schedule"));
  config = config_of("daris");
  config.task_set.clear();
  EXPECT_THAT(error_of(config), HasSubstr("--task-set"));
}

TEST(Normalise, NamesWhatALogOverrules) {
  RunConfig config = config_of("edf");
  config.scaling.load = 1.5;
  config.scaling.load_by = LoadBy::kRate;
  config.scaling.priority_mix = 0;
  EXPECT_THAT(settled(config).overruled, testing::IsEmpty());
  config.releases = "log";
  EXPECT_THAT(settled(config).overruled, testing::ElementsAre("load", "load_by", "priority_mix"));
  EXPECT_FALSE(settled(config).scaling.load.has_value());
}

}  // namespace
}  // namespace daris
