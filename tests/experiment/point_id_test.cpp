#include "experiment/point_id.h"

#include <gtest/gtest.h>

#include "base/json/json.h"
#include "experiment/config_json.h"

namespace daris {
namespace {

SettledConfig config_of_daris() {
  SettledConfig config;
  config.policy = "daris";
  return config;
}

TEST(PointId, DependsOnTheConfigurationAndOnContents) {
  const SettledConfig config = config_of_daris();
  const std::string id = point_id(config, {"a", "b"});
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(point_id(config, {"a", "b"}), id);
  EXPECT_NE(point_id(config, {"b", "a"}), id);
  EXPECT_NE(point_id(config, {"a", "c"}), id);
  SettledConfig other = config;
  other.seed = 2;
  EXPECT_NE(point_id(other, {"a", "b"}), id);
  other = config;
  other.switches.window = 6;
  EXPECT_NE(point_id(other, {"a", "b"}), id);
}

// Options that came after 0.1.0 must not change the ids of points that do without them.
TEST(PointId, SaysNothingOfADeadlineRatioThatIsNotGiven) {
  SettledConfig config = config_of_daris();
  EXPECT_FALSE(config_to_json(config).contains("deadline_ratio"));
  const std::string id = point_id(config, {"a"});
  config.scaling.deadline_ratio = 1;
  EXPECT_EQ(config_to_json(config).at("deadline_ratio"), 1);
  EXPECT_NE(point_id(config, {"a"}), id);
}

// Other points keep the ids that they had before these changed.
TEST(PointId, IsNewForConfigurationsWhoseResultsChanged) {
  SettledConfig config = config_of_daris();
  EXPECT_EQ(results_version(config), kResultsVersion);
  config.switches.estimator = Estimator::kAfet;
  EXPECT_EQ(results_version(config), kResultsVersion + 1);
  config = config_of_daris();
  for (const auto& [policy, newer] :
       {std::pair("batching", 1U), std::pair("symphony", 1U), std::pair("daris-batched", 4U),
        std::pair("clockwork", 0U), std::pair("edf", 0U)}) {
    config.policy = policy;
    EXPECT_EQ(results_version(config), kResultsVersion + newer) << policy;
  }
}

TEST(PointId, DoesNotDependOnWhatFilesAreCalled) {
  SettledConfig here = config_of_daris();
  here.inject = "storm.json";
  here.partition = "rows.json";
  here.task_set = "set.json";
  here.profile = "h100";
  SettledConfig there = config_of_daris();
  there.task_set = "/elsewhere/set.json";
  there.profile = "copy.json";
  EXPECT_EQ(point_id(here, {"a"}), point_id(there, {"a"}));
}

TEST(PointId, HoldsThatTheShapeIsChosenButNoShape) {
  SettledConfig automatic;
  automatic.policy = "daris";
  automatic.automatic_shape = true;
  const std::string id = point_id(automatic, {});
  SettledConfig shaped = automatic;
  shaped.contexts = 6;
  EXPECT_EQ(point_id(shaped, {}), id);
  shaped.goal = ShapeGoal::kLatency;
  EXPECT_NE(point_id(shaped, {}), id) << "another goal may take another shape";
  shaped.goal = ShapeGoal::kThroughput;
  shaped.automatic_shape = false;
  EXPECT_NE(point_id(shaped, {}), id);
}

}  // namespace
}  // namespace daris
