// The search for a capacity on another machine, which begins where the simulated one ended.
#include "experiment/planning/live_capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/json/write.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/planning/live_capacity_document.h"
#include "experiment/simulated/simulated_runner.h"
#include "tests/experiment/planning/limited_machine.h"
#include "tests/experiment/planning/other_machine.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

class LiveCapacityTest : public ::testing::Test {
 protected:
  LiveCapacityTest() : simulated_(find_capacity(request_, simulator_, quiet_).value()) {
    simulated_load_ = simulated_.trials[*simulated_.highest].reached.load;
  }
  // `factor`: of the simulated load.
  void hold_up_to(double factor) {
    testing::hold_up_to(machine_, [=, this](const SettledConfig&) { return factor * simulated_load_; });
  }
  LiveCapacity find() { return find_live_capacity(request_, simulated_, machine_, runs_, quiet_).value(); }
  static double load_of(const LiveCapacity& found, const std::optional<std::size_t>& trial) {
    return found.trials[trial.value()].reached.load;
  }

  const CapacityProgress quiet_ = [](const std::string&) {};
  CapacityRequest request_ = testing::short_search();
  SimulatedRunner simulator_;
  testing::OtherMachine machine_;
  LiveRuns runs_;
  CapacityFound simulated_;
  double simulated_load_ = 0;
};

TEST_F(LiveCapacityTest, FindsWhereTheMachineStopsHolding) {
  for (const double factor : {0.3, 0.9, 1.001, 1.2, 3.0}) {
    hold_up_to(factor);
    const LiveCapacity found = find();
    EXPECT_EQ(found.end, SearchEnd::kDone);
    EXPECT_LE(load_of(found, found.highest), factor * simulated_load_);
    EXPECT_GT(load_of(found, found.failing), factor * simulated_load_);
    EXPECT_LE(load_of(found, found.failing), load_of(found, found.highest) * 1.0101);
    EXPECT_EQ(found.trials[*found.highest].replications, request_.replications);
    EXPECT_EQ(found.held, found.highest);
    EXPECT_NEAR(found.error().value(), 1 / factor - 1, 0.011 / factor);
  }
}

TEST_F(LiveCapacityTest, BeginsAtTheSimulatedLoadInItsShape) {
  request_.config.automatic_shape = true;
  simulated_ = find_capacity(request_, simulator_, quiet_).value();
  const CapacityTrial& from = simulated_.trials[*simulated_.highest];
  simulated_load_ = from.reached.load;
  hold_up_to(1.02);
  const LiveCapacity found = find();
  EXPECT_NEAR(found.trials.front().reached.load, from.reached.load, 1e-6 * from.reached.load);
  for (const CapacityTrial& trial : found.trials) {
    EXPECT_EQ(text_of(trial.shape.value()), text_of(from.shape.value()));
    EXPECT_EQ(trial.point["config"]["profile"], from.point["config"]["profile"]) << "it counts loads";
  }
  EXPECT_LE(found.trials.size(), 6U) << "a good start saves runs";
}

TEST_F(LiveCapacityTest, GoesDownIfTheLoadIsNotConfirmed) {
  testing::hold_up_to(machine_, [&](const SettledConfig& config) {
    return (config.replications > 1 ? 0.8 : 1.0) * simulated_load_;
  });
  const LiveCapacity found = find();
  EXPECT_LE(load_of(found, found.highest), 0.8 * simulated_load_);
  EXPECT_GT(load_of(found, found.highest), 0.78 * simulated_load_);
  EXPECT_EQ(found.trials[*found.failing].replications, request_.replications);
}

TEST_F(LiveCapacityTest, PutsBothWorldsSideBySide) {
  hold_up_to(0.8);
  machine_.change = [change = machine_.change](const SettledConfig& config, Json& point) {
    change(config, point);
    point["warnings"] = Json::array({"the clock was throttled"});
  };
  const LiveCapacity found = find();
  const Json document = capacity_to_json(simulated_, "daris capacity --live", &found);
  const Json& live = document["live"];
  EXPECT_NEAR(live["simulated_load"].get<double>(), simulated_load_, 1e-6);
  EXPECT_NEAR(live["live_load"].get<double>(), 0.8 * simulated_load_, 0.01 * simulated_load_);
  EXPECT_NEAR(live["error"].get<double>(), 0.25, 0.02);
  EXPECT_EQ(live["ended"], "done");
  EXPECT_EQ(live["provenance"]["gpu"], "Another GPU");
  EXPECT_EQ(live["warnings"], Json::array({"the clock was throttled"})) << "each text once";
  EXPECT_EQ(live["tried"].size(), found.trials.size());
  EXPECT_EQ(live["breaks_first"]["limit"], "lost_max");
  const std::string text = live_capacity_text(found, simulated_.axis, 200);
  EXPECT_THAT(text, HasSubstr("live in 3 runs: the simulator is off by +2"));
  EXPECT_THAT(text, HasSubstr("warning: the clock was throttled"));
}

TEST_F(LiveCapacityTest, EndsWithItsBudget) {
  hold_up_to(1.02);
  TimeBudget budget(Duration::from_ns(3'500'000'000),
                    [&] { return static_cast<double>(machine_.runs); });  // a run takes a second
  runs_.budget = &budget;
  const LiveCapacity found = find();
  EXPECT_EQ(found.end, SearchEnd::kBudget);
  EXPECT_EQ(found.trials.size(), 3U);
  EXPECT_EQ(found.highest, std::nullopt) << "nothing was confirmed";
  EXPECT_TRUE(found.held && found.failing);
  EXPECT_EQ(found.error(), std::nullopt);
  const Json document = capacity_to_json(simulated_, "daris capacity --live", &found);
  EXPECT_EQ(document["live"]["ended"], "budget");
  EXPECT_TRUE(document["live"]["live_load"].is_null());
  EXPECT_THAT(live_capacity_text(found, simulated_.axis, 200),
              ::testing::AllOf(HasSubstr("the budget was used up"), HasSubstr("live in 1 run only")));
}

TEST_F(LiveCapacityTest, KeepsWhatItFoundIfTheMachineFails) {
  hold_up_to(1.02);
  machine_.mishap = [&] {
    return machine_.runs == 3 ? std::optional(environment_error("a context was lost")) : std::nullopt;
  };
  const LiveCapacity found = find();
  EXPECT_EQ(found.end, SearchEnd::kFailed);
  EXPECT_EQ(found.failure.value().message, "a context was lost");
  EXPECT_EQ(found.trials.size(), 2U);
  EXPECT_EQ(capacity_to_json(simulated_, "", &found)["live"]["reason"], "a context was lost");
}

TEST_F(LiveCapacityTest, StandsWithoutALiveRun) {
  machine_.refuses = [](const SettledConfig&) { return true; };
  const LiveCapacity found = find();
  EXPECT_EQ(found.end, SearchEnd::kFailed);
  EXPECT_TRUE(found.trials.empty());
  EXPECT_EQ(capacity_to_json(simulated_, "", &found)["live"]["tried"], Json::array());
  EXPECT_THAT(live_capacity_text(found, simulated_.axis, 200), HasSubstr("none live"));
}

TEST_F(LiveCapacityTest, CountsNoRunThatWasCutShort) {
  machine_.change = [](const SettledConfig&, Json& point) { point["partial"] = true; };
  const LiveCapacity found = find();
  EXPECT_EQ(found.end, SearchEnd::kFailed);
  EXPECT_TRUE(found.trials.empty());
}

TEST_F(LiveCapacityTest, NeverRunsAKeptPointAgain) {
  hold_up_to(0.95);
  std::map<std::string, Json> kept;
  runs_.keep = [&](const Point& point, const Json& result) {
    kept.emplace(point.id, result);
    return Status();
  };
  runs_.kept = [&](const Point& point) {
    return kept.contains(point.id) ? std::optional(kept.at(point.id)) : std::nullopt;
  };
  const Json first = live_capacity_to_json(find(), "");
  EXPECT_EQ(machine_.runs, kept.size());
  const std::size_t runs = machine_.runs;
  kept.erase(kept.begin());
  EXPECT_EQ(write_json(live_capacity_to_json(find(), "")), write_json(first));
  EXPECT_EQ(machine_.runs, runs + 1);
}

TEST_F(LiveCapacityTest, KnowsBeforeTheSearchThatThereIsNoGpu) {
  EXPECT_TRUE(ready_for_live(request_.config, machine_).ok());
  machine_.lacks = [](Backend) { return true; };
  const Result<RunConfig> ready = ready_for_live(request_.config, machine_);
  ASSERT_FALSE(ready.ok());
  EXPECT_EQ(ready.error().message, "--live: no GPU");
  EXPECT_EQ(ready.error().kind, ErrorKind::kEnvironment);
}

TEST_F(LiveCapacityTest, TakesTheProfileOfTheGpuUnlessOneIsNamed) {
  machine_.gpu = "NVIDIA H200";
  EXPECT_EQ(ready_for_live(request_.config, machine_).value().profile, request_.config.profile);
  request_.config.profile.clear();
  request_.config.model.clear();
  request_.config.task_set = "small-cnn";
  EXPECT_EQ(ready_for_live(request_.config, machine_).value().profile, "h200");
  machine_.gpu = "Another GPU";
  EXPECT_EQ(ready_for_live(request_.config, machine_).value().profile, "");
}

}  // namespace
}  // namespace daris
