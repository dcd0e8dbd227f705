#include "experiment/run_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json/json.h"

namespace daris {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& key, const Json& value) {
  RunConfig config;
  const Status status = set_from_json(config, key, value);
  return status.ok() ? "" : status.error().message;
}

TEST(RunOptions, HaveKeysAndFlagsOfTheirOwn) {
  std::set<std::string_view> keys;
  std::set<std::string_view> flags;
  for (const RunOption& option : run_options()) {
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_TRUE(flags.insert(option.flag).second) << option.flag;
    EXPECT_FALSE(option.help.empty()) << option.key;
  }
}

// A switch and an option of one name could not both be axes.
TEST(RunOptions, DoNotCollideWithSwitches) {
  for (const SwitchInfo& info : switch_table()) EXPECT_EQ(find_run_option(info.key), nullptr) << info.key;
}

TEST(RunOptions, WriteWhatTheyRead) {
  RunConfig config;
  const std::vector<std::pair<std::string, Json>> values = {
      {"task_set", "a.json"},    {"load", 1.25},          {"load_by", "rate"},
      {"priority_mix", 0.5},     {"deadline_ratio", 0.5}, {"policy", "edf"},
      {"batch_limit", 8},        {"contexts", 6},         {"streams", 3},
      {"oversubscription", 1.5}, {"backend", "mps"},      {"sms", 64},
      {"duration_s", 2.5},       {"warmup_s", 0.25},      {"seed", 18446744073709551615U},
      {"replications", 7},       {"profile", "p"},        {"model", "m"},
      {"releases", "r.jsonl"},   {"schedule", "s.jsonl"}, {"inject", "i.json"},
      {"copies", "off"},         {"saturation", "off"},   {"device", 3},
      {"power", "p.json"},       {"shape", "auto"},       {"partition", "p.json"},
      {"blame", "on"},           {"goal", "latency"},     {"realtime", "on"},
      {"precision", 0.01},       {"precision_of", "x"},   {"replications_max", 50},
      {"warmup_by", "mser5"}};
  for (const auto& [key, value] : values) {
    ASSERT_EQ(set_from_json(config, key, value).ok(), true) << key;
    EXPECT_EQ(find_run_option(key)->get(config), value) << key;
    EXPECT_TRUE(is_given(config, key)) << key;
  }
  EXPECT_EQ(values.size(), run_options().size());
}

TEST(RunOptions, HoldTheBackendThatIsToBeChosen) {
  RunConfig config;
  ASSERT_TRUE(set_from_json(config, "backend", "auto").ok());
  EXPECT_EQ(find_run_option("backend")->get(config), "auto");
  ASSERT_TRUE(set_from_json(config, "backend", "cpu").ok());
  EXPECT_EQ(find_run_option("backend")->get(config), "cpu");
}

TEST(RunOptions, TakeContextsAsOversubscription) {
  RunConfig config;
  ASSERT_TRUE(set_from_json(config, "oversubscription", "contexts").ok());
  EXPECT_EQ(find_run_option("oversubscription")->get(config), "contexts");
}

TEST(RunOptions, HoldOversubscriptionInThousandths) {
  RunConfig config;
  ASSERT_TRUE(set_from_json(config, "oversubscription", 1.3335).ok());
  EXPECT_EQ(config.oversubscription_milli, 1334U);
}

TEST(RunOptions, SetSwitchesFromAnyKindOfValue) {
  RunConfig config;
  EXPECT_TRUE(set_from_json(config, "bound", 0.9).ok());
  EXPECT_TRUE(set_from_json(config, "staging", false).ok());
  EXPECT_TRUE(set_from_json(config, "window", 3).ok());
  EXPECT_TRUE(set_from_json(config, "estimator", "afet").ok());
  EXPECT_EQ(config.switches.bound_ppb, 900'000'000);
  EXPECT_FALSE(config.switches.staging);
  EXPECT_EQ(config.switches.window, 3U);
  EXPECT_EQ(config.switches.estimator, Estimator::kAfet);
}

TEST(RunOptions, NameTheValueAndWhatWouldBeRight) {
  EXPECT_THAT(error_of("load", -1), HasSubstr("\"-1\" is not a load above 0"));
  EXPECT_THAT(error_of("load", "high"), HasSubstr("\"high\" is not a number"));
  EXPECT_THAT(error_of("load", true), HasSubstr("true is not a number"));
  EXPECT_THAT(error_of("contexts", 0), HasSubstr("from 1 to 1024"));
  EXPECT_THAT(error_of("contexts", 1.5), HasSubstr("\"1.5\" is not a whole number"));
  EXPECT_THAT(error_of("priority_mix", 1.01), HasSubstr("from 0 to 1"));
  for (const double ratio : {-1.0, 0.0, 100.1})
    EXPECT_THAT(error_of("deadline_ratio", ratio),
                HasSubstr("is not a deadline in periods above 0, at most 100"));
  EXPECT_THAT(error_of("oversubscription", 0.5), HasSubstr("from 1 to"));
  EXPECT_THAT(error_of("backend", "gren"), HasSubstr("green, mps, streams, cpu"));
  EXPECT_THAT(error_of("policy", "dari"), HasSubstr("did you mean \"daris\"?"));
  EXPECT_THAT(error_of("seed", -1), HasSubstr("whole number"));
  EXPECT_THAT(error_of("duration_s", -1), HasSubstr("a duration"));
  EXPECT_THAT(error_of("task_set", 5), HasSubstr("5 is not a text"));
  EXPECT_THAT(error_of("bound", 0), HasSubstr("bound"));
  EXPECT_THAT(error_of("window", Json::array()), HasSubstr("is not a value of switch"));
}

TEST(RunOptions, NameTheNearestKey) { EXPECT_THAT(error_of("lod", 1), HasSubstr("did you mean \"load\"?")); }

TEST(RunOptions, TakeNullOnlyWhereNoneMayBeGiven) {
  EXPECT_EQ(error_of("load", nullptr), "");
  EXPECT_NE(error_of("contexts", nullptr), "");
  EXPECT_NE(error_of("bound", nullptr), "");
}

TEST(SetAssignment, TakesKeyAndValue) {
  RunConfig config;
  EXPECT_TRUE(set_assignment(config, "bound=0.85").ok());
  EXPECT_EQ(config.switches.bound_ppb, 850'000'000);
  EXPECT_THAT(set_assignment(config, "bound").error().message, HasSubstr("key=value"));
  EXPECT_THAT(set_assignment(config, "bond=1").error().message, HasSubstr("did you mean \"bound\"?"));
}

}  // namespace
}  // namespace daris
