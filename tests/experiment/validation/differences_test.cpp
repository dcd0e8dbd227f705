#include "experiment/validation/differences.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

using testing::live_with;

std::map<std::string, Difference> by_field(const LivePoint& live, const Json& simulated,
                                           const Json& provenance) {
  std::map<std::string, Difference> found;
  for (const Difference& one : differences_of(live, simulated, provenance)) found[one.field] = one;
  return found;
}

TEST(Differences, ThereAreNoneBetweenEqualRuns) {
  const LivePoint live = live_with(10);
  EXPECT_TRUE(differences_of(live, live.point, live.provenance).empty());
}

TEST(Differences, ConfigurationsAreComparedLeafByLeaf) {
  const LivePoint live = live_with(10);
  Json simulated = live.point;
  simulated["config"]["switches"]["bound"] = "0.9";
  simulated["config"]["profile"] = "gpu";
  const auto found = by_field(live, simulated, live.provenance);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at("config.switches.bound"), (Difference{"config.switches.bound", "1", "0.9"}));
  EXPECT_EQ(found.at("config.profile"), (Difference{"config.profile", nullptr, "gpu"}));
}

TEST(Differences, TasksGrantsAndMachinesToo) {
  const LivePoint live = live_with(10);
  Json simulated = live.point;
  simulated["results"]["tasks"][0]["count"] = 3;
  simulated["granted_sms"] = {64, 32};
  Json provenance = live.provenance;
  provenance["gpu"] = "another";
  const auto found = by_field(live, simulated, provenance);
  EXPECT_EQ(found.size(), 3U);
  EXPECT_EQ(found.at("tasks").simulated, "camera 3 at level 0, map 1 at level 1");
  EXPECT_EQ(found.at("granted_sms").live, Json({64, 64}));
  EXPECT_EQ(found.at("gpu").simulated, "another");
}

TEST(Differences, ALogDoesNotNameItsMachine) {
  LivePoint live = live_with(10);
  const Json provenance = live.provenance;
  live.provenance = Json::object();
  EXPECT_TRUE(differences_of(live, live.point, provenance).empty());
}

}  // namespace
}  // namespace daris
