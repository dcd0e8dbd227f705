#include "experiment/sweep/sweep_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using testing::HasSubstr;

std::string sweep_text(const std::string& rest) {
  return R"({"schema": "daris.sweep", "version": 1)" + rest + "}";
}

Sweep parsed(const std::string& rest) {
  const Result<Sweep> sweep = parse_sweep(sweep_text(rest), "s.json");
  EXPECT_TRUE(sweep.ok()) << sweep.error().message;
  return sweep.value();
}

RunConfig at(const Sweep& sweep, std::size_t index) { return sweep.config(index).value(); }

std::string error_of(const std::string& rest) {
  const Result<Sweep> sweep = parse_sweep(sweep_text(rest), "s.json");
  return sweep.ok() ? "" : sweep.error().message;
}

TEST(SweepFile, CountsThroughTheGridTheLastAxisFastest) {
  const Sweep sweep =
      parsed(R"(, "task_sets": ["a", "b"], "grid": {"contexts": [1, 2, 4], "load": [0.5, 1]})");
  ASSERT_EQ(sweep.size, 12U);
  EXPECT_EQ(at(sweep, 0).task_set, "a");
  EXPECT_EQ(at(sweep, 1).scaling.load, 1.0);
  EXPECT_EQ(at(sweep, 2).contexts, 2U);
  EXPECT_EQ(at(sweep, 2).scaling.load, 0.5);
  EXPECT_EQ(at(sweep, 6).task_set, "b");
  EXPECT_EQ(at(sweep, 11).contexts, 4U);
}

TEST(SweepFile, TakesEveryOptionAndSwitchAsAxis) {
  const Sweep sweep =
      parsed(R"(, "grid": {"bound": [0.9, 1], "staging": [true, false], "backend": ["green", "mps"],
                               "oversubscription": [1, "contexts"], "seed": [1, 2], "sms": [64, null], "wait": "latest"})");
  ASSERT_EQ(sweep.size, 64U);
  EXPECT_EQ(at(sweep, 0).switches.bound_ppb, 900'000'000);
  EXPECT_EQ(at(sweep, 0).switches.wait, BatchWait::kLatest);
  EXPECT_FALSE(at(sweep, sweep.size - 1).switches.staging);
  EXPECT_TRUE(at(sweep, sweep.size - 1).oversubscribed_by_contexts);
}

TEST(SweepFile, RunsEachPointInEachVariant) {
  const Sweep sweep = parsed(
      R"(, "grid": {"load": [1, 2]}, "variants": [{}, {"staging": "off"}, {"bound": 0.8, "seed": 5}])");
  ASSERT_EQ(sweep.size, 6U);
  EXPECT_TRUE(at(sweep, 0).switches.staging);
  EXPECT_FALSE(at(sweep, 1).switches.staging);
  EXPECT_EQ(at(sweep, 2).switches.bound_ppb, 800'000'000);
  EXPECT_EQ(at(sweep, 2).seed, 5U);
  EXPECT_EQ(at(sweep, 3).scaling.load, 2.0);
}

TEST(SweepFile, TakesFixedSettingsBesideTheGrid) {
  const Sweep sweep = parsed(
      R"(, "name": "n", "duration_s": 2, "warmup_s": 0.5, "replications": 3, "seed": 9, "profile": "p")");
  ASSERT_EQ(sweep.size, 1U);
  EXPECT_EQ(sweep.name, "n");
  EXPECT_EQ(at(sweep, 0).duration.ns(), 2'000'000'000);
  EXPECT_EQ(at(sweep, 0).replications, 3U);
  EXPECT_EQ(at(sweep, 0).profile, "p");
}

TEST(SweepFile, NamesThePlaceOfWhatIsWrong) {
  EXPECT_THAT(error_of(R"(, "grid": {"load": [1, -1]})"),
              HasSubstr("s.json: grid.load[1]: \"-1\" is not a load"));
  EXPECT_THAT(error_of(R"(, "grid": {"lod": [1]})"),
              HasSubstr("s.json: grid.lod: unknown key; did you mean \"load\"?"));
  EXPECT_THAT(error_of(R"(, "grid": {"load": []})"), HasSubstr("s.json: grid.load: [] is empty"));
  EXPECT_THAT(error_of(R"(, "grid": [1])"), HasSubstr("s.json: grid: "));
  EXPECT_THAT(error_of(R"(, "grid": {"seed": [1]}, "seed": 2)"),
              HasSubstr("s.json: grid.seed: stands twice"));
  EXPECT_THAT(error_of(R"(, "seed": [1, 2])"), HasSubstr("s.json: seed: is one value here"));
  EXPECT_THAT(error_of(R"(, "task_sets": [3])"), HasSubstr("s.json: task_sets: 3 is not a text"));
  EXPECT_THAT(error_of(R"(, "variants": [{"load": [1]}])"),
              HasSubstr("s.json: variants[0].load: is one value here"));
  EXPECT_THAT(error_of(R"(, "variants": [1])"), HasSubstr("s.json: variants[0]: 1 is not an object"));
  EXPECT_THAT(error_of(R"(, "variants": [])"), HasSubstr("s.json: variants: "));
  EXPECT_THAT(error_of(R"(, "grid": {"load": 1}, "variants": [{"load": 2}])"),
              HasSubstr("variants[0].load: stands in the grid"));
  EXPECT_THAT(error_of(R"(, "gird": {})"), HasSubstr("unknown key \"gird\"; did you mean \"grid\"?"));
  EXPECT_THAT(error_of(R"(, "grid": {"policy": "dariz"})"),
              HasSubstr("s.json: grid.policy: unknown policy \"dariz\""));
}

TEST(SweepFile, RefusesAGridBeyondAnyMachine) {
  std::string values = "0";
  for (int i = 1; i < 110; ++i) values += "," + std::to_string(i);
  EXPECT_THAT(error_of(R"(, "grid": {"seed": [)" + values + R"(], "load": [)" + values.substr(2) +
                       R"(], "window": [)" + values.substr(2) + "]}"),
              HasSubstr("s.json: grid: has more than 1000000 points"));
}

TEST(SweepFile, RefusesAnotherKindOfDocument) {
  const Result<Sweep> sweep = parse_sweep(R"({"schema": "daris.report", "version": 1})", "s.json");
  ASSERT_FALSE(sweep.ok());
  EXPECT_THAT(sweep.error().message, HasSubstr("\"daris.sweep\" is needed"));
}

}  // namespace
}  // namespace daris
