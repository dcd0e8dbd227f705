#include "experiment/point_id.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

TEST(PointId, DependsOnTheConfigurationAndOnContents) {
  const SettledConfig config;
  const std::string id = point_id(config, {"a", "b"});
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(point_id(config, {"a", "b"}), id);
  EXPECT_NE(point_id(config, {"b", "a"}), id);
  EXPECT_NE(point_id(config, {"a", "c"}), id);
  SettledConfig other;
  other.seed = 2;
  EXPECT_NE(point_id(other, {"a", "b"}), id);
  other = config;
  other.switches.window = 6;
  EXPECT_NE(point_id(other, {"a", "b"}), id);
}

TEST(PointId, DoesNotDependOnWhatFilesAreCalled) {
  SettledConfig here;
  here.task_set = "set.json";
  here.profile = "h100";
  SettledConfig there;
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
  shaped.automatic_shape = false;
  EXPECT_NE(point_id(shaped, {}), id);
}

}  // namespace
}  // namespace daris
