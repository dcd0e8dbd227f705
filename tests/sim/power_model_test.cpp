#include "sim/power_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kText = R"({"schema": "daris.power-model", "version": 1, "name": "mine", "gpu": "G",
  "command": "by hand", "limit_w": 700, "static_w": 100, "busy_w": 20,
  "networks": [{"model": "resnet18", "precision": "tf32", "input_j": 0.02, "launch_j": 0.04},
               {"model": "unet", "precision": "fp16", "input_j": 0.15, "launch_j": 0}]})";

std::string with_text(const std::string& from, const std::string& to) {
  std::string text = kText;
  text.replace(text.find(from), from.size(), to);
  return text;
}

PowerModel model() { return parse_power_model(kText, "mine.json").value(); }

TEST(PowerModel, AddsWhatSlotsInputsAndLaunchesTake) {
  EXPECT_DOUBLE_EQ(power_w(model(), {}).value(), 100) << "an idle GPU";
  EXPECT_DOUBLE_EQ(power_w(model(), {{}, 1, 9}).value(), 100 + 20 * 3);
  EXPECT_DOUBLE_EQ(power_w(model(), {{{"resnet18", "tf32", 1000}}, 1, 4}).value(), 140 + 20 + 40);
  EXPECT_DOUBLE_EQ(power_w(model(), {{{"resnet18", "tf32", 1000}}, 4, 4}).value(), 140 + 20 + 10)
      << "four inputs a launch";
  EXPECT_DOUBLE_EQ(power_w(model(), {{{"resnet18", "tf32", 1000}, {"unet", "fp16", 100}}, 1, 4}).value(),
                   200 + 15);
}

TEST(PowerModel, DrawsNoMoreThanTheLimit) {
  EXPECT_DOUBLE_EQ(power_w(model(), {{{"unet", "fp16", 1e5}}, 1, 4}).value(), 700);
}

TEST(PowerModel, NamesTheNetworkThatItLacks) {
  const Result<double> power = power_w(model(), {{{"unet", "tf32", 10}}, 1, 1});
  ASSERT_FALSE(power.ok());
  EXPECT_EQ(power.error().message, "power model \"mine\" has no energy of unet in tf32");
  EXPECT_TRUE(power_w(model(), {{{"unet", "tf32", 0}}, 1, 1}).ok()) << "none of its jobs was completed";
}

TEST(PowerModel, RefusesWhatIsNoModel) {
  for (const auto& [from, to, message] :
       {std::tuple("daris.power-model", "daris.profile", "\"daris.power-model\" is needed"),
        std::tuple("\"busy_w\": 20", "\"busy_w\": -1", "busy_w: -1 is out of range"),
        std::tuple("\"launch_j\": 0}", "\"launch\": 0}", "networks[1]: unknown key \"launch\"")}) {
    const Result<PowerModel> parsed = parse_power_model(with_text(from, to), "mine.json");
    ASSERT_FALSE(parsed.ok()) << to;
    EXPECT_THAT(parsed.error().message, HasSubstr(message));
  }
}

}  // namespace
}  // namespace daris
