// The search for a shape in the simulator, on a synthetic GPU.
#include "experiment/shape_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/json.h"
#include "experiment/normalise.h"

namespace daris {
namespace {

SettledConfig automatic(const std::string& policy, Backend backend = Backend::kGreen) {
  RunConfig config;
  config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
  config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  config.policy = policy;
  config.backend = backend;
  config.scaling.load = 1.5;
  config.duration = Duration::from_ns(600'000'000);
  config.warmup = Duration::from_ns(100'000'000);
  config.automatic_shape = true;
  return normalise(config, World::kSimulated).value();
}

Result<ShapeChoice> choose(SettledConfig config, const ShapeObjective& best = best_shape) {
  Inputs known;
  CapacityCache capacities;
  const ScenarioInputs inputs = read_scenario_inputs(known, config).value();
  return choose_shape(config, inputs, capacities, best);
}

bool are_all(const std::vector<SettledConfig>& configs, bool (*is)(const SettledConfig&)) {
  return std::all_of(configs.begin(), configs.end(), is);
}

TEST(ShapeSearch, TriesShapesThatPolicyAndBackendCanHave) {
  EXPECT_GT(shape_candidates(automatic("daris")).size(), 5U);
  EXPECT_TRUE(are_all(shape_candidates(automatic("static")),
                      [](const SettledConfig& one) { return one.oversubscription_milli == 1000; }));
  EXPECT_TRUE(are_all(shape_candidates(automatic("edf", Backend::kStreams)), [](const SettledConfig& one) {
    return one.oversubscription_milli == 1000 * one.contexts;
  }));
  EXPECT_TRUE(are_all(shape_candidates(automatic("static", Backend::kStreams)),
                      [](const SettledConfig& one) { return one.contexts == 1; }));
}

TEST(ShapeSearch, TriesEachShapeOnce) {
  for (const Backend backend : {Backend::kGreen, Backend::kMps, Backend::kStreams}) {
    const std::vector<SettledConfig> all = shape_candidates(automatic("static", backend));
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(all[i].shape() == all[j].shape()) << to_text(backend);
    }
  }
}

TEST(ShapeSearch, TakesTheBestOfTheFewThatItSimulatesWhole) {
  const ShapeChoice choice = choose(automatic("daris-batched")).value();
  EXPECT_EQ(choice.tried.size(), shape_candidates(automatic("daris-batched")).size());
  EXPECT_EQ(best_shape(choice.tried), choice.taken) << "pieces are as long as the run here";
  EXPECT_GT(choice.tried[choice.taken].on_time_load, 0.5);
  EXPECT_NE(choice.why, "");
}

TEST(ShapeSearch, GivesTheSameAgain) {
  const ShapeChoice one = choose(automatic("daris")).value();
  const ShapeChoice two = choose(automatic("daris")).value();
  EXPECT_EQ(shape_choice_to_json(one), shape_choice_to_json(two));
}

TEST(ShapeSearch, LeavesOutShapesThatAReserveDoesNotFit) {
  for (const ShapeGoal goal : {ShapeGoal::kThroughput, ShapeGoal::kLatency}) {
    SettledConfig config = automatic("daris-batched");
    config.goal = goal;
    config.switches.reserve = {1};
    const ShapeChoice choice = choose(config).value();
    EXPECT_GT(choice.tried.size(), 3U);
    for (const TriedShape& tried : choice.tried) {
      EXPECT_GT(tried.shape.contexts, 1U) << "one must be left for all levels";
      EXPECT_EQ(tried.shape.streams, 1U) << "one slot is no whole context of two";
    }
  }
}

TEST(ShapeSearch, SaysWhyIfASwitchFitsNoShape) {
  SettledConfig config = automatic("daris-batched");
  config.switches.reserve = {1000};
  const Result<ShapeChoice> choice = choose(config);
  ASSERT_FALSE(choice.ok());
  EXPECT_THAT(choice.error().message, ::testing::HasSubstr("it keeps 1000 of 1 slots"));
}

TEST(ShapeSearch, SimulatesALongRunInPieces) {
  SettledConfig config = automatic("edf");
  config.duration = Duration::from_ns(3'000'000'000);
  const ShapeChoice choice = choose(config).value();
  const auto whole = std::count_if(choice.tried.begin(), choice.tried.end(), [&](const TriedShape& tried) {
    return tried.simulated == config.duration;
  });
  EXPECT_EQ(whole, 3);
  EXPECT_EQ(choice.tried[choice.taken].simulated, config.duration);
}

TEST(ShapeSearch, LeavesOutWhatTheBackendDoesNotGrant) {
  SettledConfig config = automatic("static");
  config.sms = 32;  // 4 groups
  const ShapeChoice choice = choose(config).value();
  for (const TriedShape& tried : choice.tried) EXPECT_LE(tried.shape.contexts, 4U);
}

SettledConfig for_latency(Backend backend = Backend::kGreen) {
  SettledConfig config = automatic("daris-batched", backend);
  config.goal = ShapeGoal::kLatency;
  return config;
}

bool reserves(const TriedShape& tried) {
  const std::pair<std::string, std::string> one{"reserve", "1"};
  return std::find(tried.switches.begin(), tried.switches.end(), one) != tried.switches.end();
}

TEST(ShapeSearch, ForLatencyTriesPartitionsAndReservesToo) {
  const ShapeChoice choice = choose(for_latency()).value();
  EXPECT_TRUE(choice.for_latency);
  const auto count = [&](auto is) { return std::count_if(choice.tried.begin(), choice.tried.end(), is); };
  EXPECT_GT(count([](const TriedShape& tried) { return tried.list != nullptr; }), 5);
  EXPECT_GT(count([](const TriedShape& tried) { return reserves(tried); }), 3);
  EXPECT_GT(choice.tried.size(), shape_candidates(for_latency()).size() + 8);
  EXPECT_EQ(text_of(choice.tried.front()), "1 x 1 OS 1, order=level");
}

TEST(ShapeSearch, ForLatencyTakesTheQuickestOfTheUseful) {
  const ShapeChoice choice = choose(for_latency()).value();
  const TriedShape& taken = choice.shape();
  const TriedShape& most = choice.tried[best_shape(choice.tried)];
  ASSERT_TRUE(taken.level0_p99 && most.level0_p99);
  EXPECT_GE(taken.on_time_load, 0.9 * most.on_time_load);
  EXPECT_LE(taken.level0_p99->ns(), 1.01 * static_cast<double>(most.level0_p99->ns()));
}

TEST(ShapeSearch, ForLatencyKnowsSlotsOnOtherBackends) {
  for (const Backend backend : {Backend::kMps, Backend::kStreams}) {
    const ShapeChoice choice = choose(for_latency(backend)).value();
    EXPECT_TRUE(std::any_of(choice.tried.begin(), choice.tried.end(), [](const TriedShape& tried) {
      return tried.list != nullptr;
    })) << to_text(backend);
  }
}

TEST(ShapeSearch, ForLatencyAPolicyWithoutLevelsKeepsToEqualShapes) {
  SettledConfig config = automatic("edf");
  config.goal = ShapeGoal::kLatency;
  for (const TriedShape& tried : choose(config).value().tried) {
    EXPECT_EQ(tried.list, nullptr);
    EXPECT_TRUE(tried.switches.empty());
  }
}

TEST(ShapeSearch, TheShapeTakenRunsAsItWasTried) {
  const SettledConfig config = for_latency();
  const ShapeChoice choice = choose(config).value();
  for (const TriedShape& tried : choice.tried) {
    const SettledConfig shaped = in_shape(config, tried);
    EXPECT_EQ(shaped.shape(), tried.shape) << text_of(tried);
    EXPECT_EQ(shaped.list, tried.list);
    EXPECT_EQ(shaped.switches.reserve.empty(), !reserves(tried));
    EXPECT_EQ(shaped.switches.order, BatchOrder::kLevel) << "level 0 goes first";
  }
}

TEST(ShapeSearch, FollowsTheObjective) {
  const ShapeObjective most_slots = [](std::span<const TriedShape> tried) {
    const auto fewer = [](const TriedShape& a, const TriedShape& b) { return a.slots() < b.slots(); };
    return static_cast<std::size_t>(std::max_element(tried.begin(), tried.end(), fewer) - tried.begin());
  };
  EXPECT_EQ(choose(automatic("daris"), most_slots).value().tried[8].slots(), 16U);
  EXPECT_EQ(choose(automatic("daris"), most_slots).value().taken, 8U);
}

}  // namespace
}  // namespace daris
