#include "experiment/validation/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kResults = std::string(DARIS_SOURCE_FOLDER) + "/analysis/results/";

class Prediction : public ::testing::Test {
 protected:
  static LivePoint first_point(const std::string& report) {
    return read_live_points(kResults + report).value().front();
  }
  Result<RunConfig> predict(const LivePoint& live, const PredictionSettings& settings = {}) {
    return prediction_of(live, settings, inputs_);
  }
  Inputs inputs_;
};

TEST_F(Prediction, TakesTheCapacitiesThatTheLiveRunMeasured) {
  LivePoint live = first_point("h100-80gb-hbm3/best.json");
  live.point["loads"][0]["saturation_jobs_per_s"] = 1234.5;
  const Result<RunConfig> config = predict(live);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().capacities.front(), 1234.5);
  EXPECT_EQ(config.value().profile, "h100-80gb-hbm3");
  EXPECT_EQ(config.value().scaling.load, 1.5);
}

TEST_F(Prediction, TakesTheBatchLimitOfTheLiveRun) {
  const Result<RunConfig> config = predict(first_point("h100-80gb-hbm3/batched/unet-paper-batching.json"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config.value().batch_limit.has_value());
}

TEST_F(Prediction, SaysWhyThereIsNone) {
  LivePoint lost = first_point("h100-80gb-hbm3/faults/killed-worker-unet-paper-1.json");
  EXPECT_THAT(predict(lost).error().message, HasSubstr("contexts were lost"));
  LivePoint other = first_point("h200/third.json");
  other.provenance["gpu"] = "NVIDIA X1";
  other.provenance["driver"] = nullptr;  // so its id can't be made again, which counts the GPU
  EXPECT_THAT(predict(other).error().message, HasSubstr("no profile of NVIDIA X1 is bundled"));
  PredictionSettings carried;
  carried.profile = "h100-80gb-hbm3";
  EXPECT_TRUE(predict(other, carried).ok());
  LivePoint strange = first_point("h100-80gb-hbm3/best.json");
  strange.point["config"]["policy"] = "unheard-of";
  EXPECT_THAT(predict(strange).error().message, HasSubstr("unknown policy"));
  strange = first_point("h100-80gb-hbm3/best.json");
  strange.point["loads"][0]["task"] = "another";
  EXPECT_THAT(predict(strange).error().message, HasSubstr("other tasks than the live run"));
  strange = first_point("h100-80gb-hbm3/best.json");
  strange.point["partial"] = true;
  EXPECT_THAT(predict(strange).error().message, HasSubstr("cut short"));
}

TEST_F(Prediction, ThereIsNoneOfARunWhoseHostWasBusy) {
  LivePoint live = first_point("h200/merged.json");
  ASSERT_TRUE(predict(live).ok());
  live.point["results"]["runtime"]["host_gaps"]["share"] = 0.021;
  EXPECT_THAT(predict(live).error().message, HasSubstr("the host took 2% of the time"));
}

TEST_F(Prediction, ThereIsNoneOfBatchesByAProfileOfSingleImages) {
  const LivePoint live = first_point("h200/third.json");
  PredictionSettings settings;
  settings.profile = "h200";
  EXPECT_THAT(predict(live, settings).error().message, HasSubstr("profile h200 has no batches of resnet18"));
  settings.profile = "h100-80gb-hbm3";
  EXPECT_TRUE(predict(live, settings).ok());
}

TEST_F(Prediction, ALogGivesItsReleases) {
  const std::string log = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/live-logs/green.jsonl";
  const Result<RunConfig> config = predict(read_live_points(log).value().front());
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config.value().releases, log);
  EXPECT_FALSE(config.value().scaling.load);
}

TEST_F(Prediction, TaskSetsAreLookedForBesideTheReport) {
  std::vector<LivePoint> points = read_live_points(kResults + "h200/word.json").value();
  PredictionSettings settings;
  settings.profile = "h100-80gb-hbm3";
  EXPECT_FALSE(predict(points[2], settings).ok());
  settings.task_sets = kResults + "h200/sweeps";
  EXPECT_TRUE(predict(points[2], settings).ok());
}

TEST(LivePoints, AreOfLiveReportsAndLogs) {
  const Result<std::vector<LivePoint>> simulated = read_live_points(kResults + "ablations/report.json");
  ASSERT_FALSE(simulated.ok());
  EXPECT_THAT(simulated.error().message, HasSubstr("a live report is needed"));
  EXPECT_FALSE(read_live_points("nowhere.json").ok());
}

TEST(LivePoints, HaveLabels) {
  const LivePoint live = read_live_points(kResults + "h100-80gb-hbm3/best.json").value().front();
  EXPECT_EQ(label_of(live.point), "resnet18-paper, daris, green 8 x 2 OS 1.5, load 1.5");
  EXPECT_EQ(gpu_of(live), "NVIDIA H100 80GB HBM3");
}

}  // namespace
}  // namespace daris
