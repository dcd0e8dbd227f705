#include "policy/switches.h"

#include <gtest/gtest.h>

#include <set>

namespace daris {
namespace {

PolicySwitches with(std::string_view key, std::string_view value) {
  PolicySwitches switches;
  const Status status = set_switch(switches, key, value);
  EXPECT_TRUE(status.ok()) << status.error().message;
  return switches;
}

std::string error(std::string_view key, std::string_view value) {
  PolicySwitches switches;
  const Status status = set_switch(switches, key, value);
  EXPECT_EQ(switches, PolicySwitches()) << "a wrong value changed something";
  return status.ok() ? "" : status.error().message;
}

TEST(Switches, EachSetsItsOwnField) {
  EXPECT_FALSE(with("staging", "off").staging);
  EXPECT_FALSE(with("last_class", "off").last_class);
  EXPECT_FALSE(with("late_class", "off").late_class);
  EXPECT_FALSE(with("fixed_priority", "off").fixed_priority);
  EXPECT_FALSE(with("migration", "false").migration);
  EXPECT_TRUE(with("admission_level0", "on").admission_level0);
  EXPECT_TRUE(with("admission_level0", "true").admission_level0);
  EXPECT_EQ(with("estimator", "afet").estimator, Estimator::kAfet);
  EXPECT_EQ(with("window", "12").window, 12U);
  EXPECT_EQ(with("admission", "published").admission, Admission::kPublished);
  EXPECT_EQ(with("admission", "none").admission, Admission::kNone);
  EXPECT_EQ(with("bound", "0.85").bound_ppb, 850'000'000);
  EXPECT_EQ(with("wait", "latest").wait, BatchWait::kLatest);
}

TEST(Switches, EachComesBackAsText) {
  const PolicySwitches defaults;
  for (const SwitchInfo& info : switch_table()) {
    PolicySwitches again;
    ASSERT_TRUE(set_switch(again, info.key, switch_value(defaults, info.key)).ok()) << info.key;
    EXPECT_EQ(again, defaults) << info.key;
  }
  EXPECT_EQ(switch_value(with("migration", "false"), "migration"), "off");
  EXPECT_EQ(switch_value(with("estimator", "afet"), "estimator"), "afet");
  EXPECT_EQ(switch_value(with("window", "7"), "window"), "7");
}

TEST(Switches, TableHasEachOnceWithItsSummary) {
  std::set<std::string_view> keys;
  for (const SwitchInfo& info : switch_table()) {
    EXPECT_TRUE(keys.insert(info.key).second) << info.key;
    EXPECT_FALSE(info.summary.empty()) << info.key;
    EXPECT_FALSE(info.values.empty()) << info.key;
  }
  EXPECT_EQ(keys.size(), 32U);
}

TEST(Switches, BoundIsExactDecimal) {
  EXPECT_EQ(with("bound", "1").bound_ppb, 1'000'000'000);
  EXPECT_EQ(with("bound", "1.0").bound_ppb, 1'000'000'000);
  EXPECT_EQ(with("bound", "10").bound_ppb, 10'000'000'000);
  EXPECT_EQ(with("bound", "0.01").bound_ppb, 10'000'000);
  EXPECT_EQ(with("bound", "0.123456789").bound_ppb, 123'456'789);
  for (const char* text : {"1", "0.85", "0.9", "1.05", "0.123456789", "0.012345678", "10"})
    EXPECT_EQ(switch_value(with("bound", text), "bound"), text);
}

TEST(Switches, WrongValuesSayWhatIsRight) {
  EXPECT_EQ(error("bound", "11"), "switch \"bound\": \"11\" is not one of its values (0.01 to 10)");
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e0", "0.009", "10.1", "1.0000000001", "1,5",
                           "0x1", " 1", "99999999999999999999"})
    EXPECT_NE(error("bound", text), "") << text;
  EXPECT_EQ(error("window", "0"), "switch \"window\": \"0\" is not one of its values (1 to 1000)");
  for (const char* text : {"", "-1", "1001", "5.0", "5x", "4294967297"})
    EXPECT_NE(error("window", text), "") << text;
  EXPECT_EQ(error("migration", "yes"), "switch \"migration\": \"yes\" is not one of its values (on|off)");
  EXPECT_EQ(error("admission", "Published"),
            "switch \"admission\": \"Published\" is not one of its values (consistent|published|none)");
}

TEST(Switches, InstancesAndQueueDelayAreWholeNumbers) {
  EXPECT_EQ(with("instances", "all").instances, kInstancesAll);
  EXPECT_EQ(with("instances", "3").instances, 3U);
  EXPECT_EQ(with("queue_delay", "1500").queue_delay, Duration::from_ns(1'500'000));
  for (const char* text : {"all", "1", "1024"})
    EXPECT_EQ(switch_value(with("instances", text), "instances"), text);
  for (const char* text : {"0", "250", "1000000"})
    EXPECT_EQ(switch_value(with("queue_delay", text), "queue_delay"), text);
  for (const char* text : {"0", "1025", "-1", "two", ""}) EXPECT_NE(error("instances", text), "") << text;
  for (const char* text : {"1000001", "-1", "1.5", "1ms", ""})
    EXPECT_NE(error("queue_delay", text), "") << text;
}

TEST(Switches, ReserveIsANumberOrAList) {
  EXPECT_EQ(with("reserve", "2").reserve, (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(with("reserve", "1,0,3").reserve, (std::vector<std::uint32_t>{1, 0, 3}));
  EXPECT_TRUE(with("reserve", "0").reserve.empty());
  EXPECT_EQ(switch_value(with("reserve", "1,0"), "reserve"), "1")
      << "levels of which none is kept say nothing";
  for (const char* text : {"0", "1", "1,0,3"})
    EXPECT_EQ(switch_value(with("reserve", text), "reserve"), text);
  for (const char* text : {"", ",", "1,", ",1", "-1", "1.5", "1024", "1, 2", "0,0,0,0,0,0,0,0,1"})
    EXPECT_NE(error("reserve", text), "") << text;
}

TEST(Switches, UnknownKeyNamesTheNearest) {
  EXPECT_EQ(error("migrate", "on"), "unknown switch \"migrate\"; did you mean \"migration\"?");
  EXPECT_EQ(error("last-class", "on"), "unknown switch \"last-class\"; did you mean \"last_class\"?");
}

TEST(SwitchesDeathTest, ValueOfAnUnknownKeyIsABrokenInvariant) {
  EXPECT_DEATH((void)switch_value(PolicySwitches(), "nothing"), "invariant broken");
}

}  // namespace
}  // namespace daris
