// The effects that the paper claims, in the simulator on the bundled profile of a real GPU. Each can fail:
// the simulator knows nothing of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "experiment/simulated/simulated_runner.h"

#include "base/json/json.h"
#include "experiment/point_run.h"

namespace daris {
namespace {

constexpr char kProfile[] = "h100-80gb-hbm3";
constexpr double kOverload = 1.5;

// The task sets of the paper with its share of level 0.
constexpr const char* kPaperSets[] = {"resnet18-paper", "unet-paper", "inception-v3-paper", "mixed-paper"};

RunConfig overloaded(const std::string& task_set, const std::string& policy) {
  RunConfig config;
  config.task_set = task_set;
  config.policy = policy;
  config.profile = kProfile;
  config.scaling.load = kOverload;
  config.contexts = 8;
  config.duration = Duration::from_ns(5'000'000'000);
  config.replications = 3;
  return config;
}

Json results_of(const RunConfig& config) {
  SimulatedRunner runner;
  const Result<Point> point = runner.settle(config);
  if (!point.ok()) throw std::runtime_error(point.error().message);
  Result<PointRun> result = runner.run(point.value(), 2, [] { return false; });
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return result.value().point->at("results");
}

// Simulates each only once.
const Json& overloaded_results(const std::string& task_set, const std::string& policy) {
  static std::map<std::string, Json> known;
  Json& results = known[task_set + " " + policy];
  if (results.is_null()) results = results_of(overloaded(task_set, policy));
  return results;
}

std::uint64_t level0(const Json& results, const char* what) {
  return results["levels"][0][what].get<std::uint64_t>();
}

double throughput(RunConfig config, std::uint32_t oversubscription_milli) {
  config.oversubscription_milli = oversubscription_milli;
  return results_of(config)["throughput_jobs_per_s"].get<double>();
}

class PaperEffects : public testing::TestWithParam<const char*> {};

TEST_P(PaperEffects, SomeOversubscriptionBeatsNone) {
  const RunConfig config = overloaded(GetParam(), "daris");
  const double isolated = throughput(config, 1000);
  const std::initializer_list<std::uint32_t> some = {1500, 2000, 4000, 8000};
  const auto beats = [&](std::uint32_t milli) { return throughput(config, milli) > isolated; };
  EXPECT_TRUE(std::any_of(some.begin(), some.end(), beats)) << "none does " << isolated << " jobs/s";
}

TEST_P(PaperEffects, Level0NeverMissesWhereEdfOverTheSameSlotsDoes) {
  const Json& daris = overloaded_results(GetParam(), "daris");
  const Json& edf = overloaded_results(GetParam(), "edf");
  EXPECT_GT(level0(daris, "released"), 1000U);
  EXPECT_EQ(level0(daris, "released"), level0(edf, "released"));
  EXPECT_EQ(level0(daris, "rejected"), 0U);
  EXPECT_EQ(level0(daris, "missed"), 0U);
  EXPECT_GT(level0(edf, "missed"), 0U);
}

TEST_P(PaperEffects, Level0AnswersSoonerThanLevel1) {
  const Json& levels = overloaded_results(GetParam(), "daris")["levels"];
  EXPECT_LT(levels[0]["response_time_ms"]["mean"].get<double>(),
            levels[1]["response_time_ms"]["mean"].get<double>());
}

std::string test_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(PaperSets, PaperEffects, testing::ValuesIn(kPaperSets), test_name);

}  // namespace
}  // namespace daris
