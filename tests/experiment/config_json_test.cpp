#include "experiment/config_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"

namespace daris {
namespace {

using testing::HasSubstr;

std::string error_of(const Json& object) {
  RunConfig config;
  const Status status = apply_config_json(config, object, "c.json");
  return status.ok() ? "" : status.error().message;
}

TEST(ConfigJson, ReadsBackWhatItWrites) {
  RunConfig config;
  config.task_set = "set";
  config.scaling = {1.5, LoadBy::kRate, 0.25};
  config.policy = "daris";
  config.switches.bound_ppb = 900'000'000;
  config.switches.late_class = false;
  config.contexts = 6;
  config.oversubscription_milli = 1500;
  config.sms = 64;
  const Json written = config_to_json(config);
  RunConfig read;
  ASSERT_TRUE(apply_config_json(read, written, "c.json").ok());
  EXPECT_EQ(config_to_json(read), written);
  EXPECT_EQ(written["switches"]["bound"], "0.9");
  EXPECT_EQ(written["oversubscription"], 1.5);
}

TEST(ConfigJson, WritesWhatOnlyLiveRunsReadWhereItIsSaid) {
  RunConfig config;
  EXPECT_FALSE(config_to_json(config).contains("copies"));
  config.copies = false;
  EXPECT_EQ(config_to_json(config)["copies"], "off");
}

TEST(ConfigJson, LeavesWhatIsNotThere) {
  RunConfig config;
  config.contexts = 3;
  ASSERT_TRUE(apply_config_json(config, {{"streams", 2}}, "c.json").ok());
  EXPECT_EQ(config.contexts, 3U);
  EXPECT_EQ(config.streams, 2U);
}

TEST(ConfigJson, NamesFileAndPlace) {
  EXPECT_THAT(error_of({{"lod", 1}}), HasSubstr("c.json: lod: unknown key; did you mean \"load\"?"));
  EXPECT_THAT(error_of({{"contexts", "two"}}), HasSubstr("c.json: contexts: "));
  EXPECT_THAT(error_of({{"switches", {{"bound", 99}}}}), HasSubstr("c.json: switches.bound: "));
  EXPECT_THAT(error_of({{"switches", 3}}), HasSubstr("c.json: switches: 3 is not an object"));
  EXPECT_THAT(error_of({{"switches", {{"load", 1}}}}), HasSubstr("c.json: switches.load: is not a switch"));
}

}  // namespace
}  // namespace daris
