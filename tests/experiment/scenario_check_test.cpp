// The check of a point refuses what making its scenario and its policy would refuse, in the same words.
#include "experiment/scenario_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/normalise.h"
#include "experiment/run_options.h"
#include "policy/policy.h"
#include "policy/registry.h"

namespace daris {
namespace {

using testing::HasSubstr;
using Settings = std::vector<std::pair<std::string_view, std::string>>;

RunConfig config_with(const Settings& settings) {
  RunConfig config;
  config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
  config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  for (const auto& [key, value] : settings) {
    const RunOption* const option = find_run_option(key);
    const Status set =
        option != nullptr ? set_option(config, *option, value) : set_switch(config.switches, key, value);
    EXPECT_TRUE(set.ok()) << set.error().message;
  }
  return config;
}

std::string message_of(const Status& status) { return status.ok() ? "" : status.error().message; }

Status make_it_all(const SettledConfig& config, const Result<Scenario>& scenario) {
  DARIS_TRY(scenario);
  DARIS_TRY(make_policy(config.policy, scenario.value().setup));
  return {};
}

class ScenarioCheckTest : public testing::Test {
 protected:
  // Returns what the check says. Expects that making everything says the same, and that the check of the
  // scenario alone says what making that alone says.
  std::string refusal(const Settings& settings) {
    Result<SettledConfig> settled = normalise(config_with(settings), World::kSimulated);
    if (!settled.ok()) return "not normal: " + settled.error().message;
    SettledConfig config = std::move(settled).value();
    const Result<ScenarioInputs> inputs = read_scenario_inputs(inputs_, config);
    if (!inputs.ok()) return "no inputs: " + inputs.error().message;
    CapacityCache capacities;
    const Result<Scenario> made = make_scenario(config, "id", inputs.value(), capacities);
    std::string checked = message_of(check_.check(config, "id", inputs.value()));
    EXPECT_EQ(checked, message_of(make_it_all(config, made)));
    EXPECT_EQ(message_of(check_.check_scenario(config, "id", inputs.value())),
              made.ok() ? "" : made.error().message);
    return checked;
  }

  Inputs inputs_;
  CapacityCache capacities_;
  ScenarioCheck check_{capacities_};
};

TEST_F(ScenarioCheckTest, TakesWhatCanBeMade) {
  for (const PolicyInfo& policy : policy_table()) {
    if (policy.scripted || policy.merges) continue;
    for (const char* const backend : {"green", "mps", "streams"}) {
      if (policy.isolated && std::string_view(backend) == "streams") continue;
      for (const char* const load : {"0.5", "3"}) {
        EXPECT_EQ(refusal({{"policy", std::string(policy.name)}, {"backend", backend}, {"load", load}}), "");
      }
    }
  }
  EXPECT_EQ(refusal({{"contexts", "16"}, {"streams", "4"}, {"oversubscription", "contexts"}}), "");
  EXPECT_EQ(refusal({{"sms", "64"}, {"contexts", "4"}, {"staging", "off"}, {"priority_mix", "0.5"}}), "");
  EXPECT_EQ(refusal({{"policy", "batching"}, {"batch_limit", "4"}}), "");
}

TEST_F(ScenarioCheckTest, RefusesMachinesThatTheGpuIsNot) {
  EXPECT_THAT(refusal({{"sms", "133"}}), HasSubstr("sms: 133 is out of range"));
  EXPECT_THAT(refusal({{"sms", "7"}}), HasSubstr("sms: 7 is out of range"));
}

TEST_F(ScenarioCheckTest, RefusesPartitionsThatCannotBe) {
  EXPECT_THAT(refusal({{"contexts", "16"}, {"oversubscription", "1"}}), HasSubstr("don't fit side by side"));
  EXPECT_THAT(refusal({{"backend", "mps"}, {"contexts", "49"}}), HasSubstr("MPS serves at most 48 clients"));
  EXPECT_THAT(refusal({{"backend", "mps"}, {"contexts", "20"}, {"oversubscription", "1"}}),
              HasSubstr("which grants at least 8"));
}

TEST_F(ScenarioCheckTest, RefusesScalesThatTheSetCannotHave) {
  EXPECT_THAT(refusal({{"load", "1000"}}), HasSubstr("tasks; at most 10000 are possible"));
  EXPECT_THAT(refusal({{"load", "0.000001"}, {"load_by", "rate"}}), HasSubstr("load: brings \"front\""));
  EXPECT_EQ(refusal({{"priority_mix", "0"}}), "");
  EXPECT_EQ(refusal({{"priority_mix", "1"}}), "");
}

// No shape is known yet: a point is possible if it is in one that would be tried.
TEST_F(ScenarioCheckTest, LooksForAShapeIfOneIsChosen) {
  const Settings batched{{"policy", "daris-batched"}, {"shape", "auto"}};
  const auto check_with = [&](const Settings& more) {
    Settings settings = batched;
    settings.insert(settings.end(), more.begin(), more.end());
    SettledConfig config = normalise(config_with(settings), World::kSimulated).value();
    const ScenarioInputs inputs = read_scenario_inputs(inputs_, config).value();
    return message_of(check_.check(config, "id", inputs));
  };
  EXPECT_EQ(check_with({}), "");
  EXPECT_EQ(check_with({{"reserve", "1"}}), "");
  EXPECT_EQ(check_with({{"reserve", "8"}}), "");
  EXPECT_EQ(check_with({{"reserve", "1"}, {"goal", "latency"}}), "");
  EXPECT_EQ(check_with({{"reserve", "99"}}),
            "switch \"reserve\": it keeps 99 of 10 slots; at least one context must be left for all levels; "
            "shape \"auto\" tries none that does better");
}

// The second time the answers come from what is known by then.
TEST_F(ScenarioCheckTest, SaysTheSameOfASecondPoint) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal({{"contexts", "4"}, {"load", "1"}}), "");
    EXPECT_THAT(refusal({{"contexts", "16"}, {"oversubscription", "1"}, {"load", "1"}}), HasSubstr("16"));
    EXPECT_EQ(refusal({{"contexts", "4"}, {"load", "1.5"}, {"seed", "2"}}), "");
  }
}

}  // namespace
}  // namespace daris
