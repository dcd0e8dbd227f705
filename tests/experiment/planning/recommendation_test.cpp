// Recommendations in the simulator, on a synthetic GPU.
#include "experiment/planning/recommendation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/json/json.h"
#include "base/json/write.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/planning/recommendation_document.h"
#include "experiment/run_options.h"
#include "experiment/simulated/simulated_runner.h"
#include "tests/base/host/temporary_folder.h"

namespace daris {
namespace {

RecommendationRequest advice_request(std::optional<double> load = std::nullopt) {
  RecommendationRequest request;
  request.config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
  request.config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  request.config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  request.config.policy = "daris-batched";
  request.config.scaling.load = load;
  request.config.duration = Duration::from_ns(400'000'000);
  request.config.warmup = Duration::from_ns(100'000'000);
  request.replications = 2;
  request.tolerance = 0.05;
  EXPECT_TRUE(set_option(request.config, *find_run_option("backend"), "green").ok());
  return request;
}

Recommendation advice(const RecommendationRequest& asked) {
  SimulatedRunner runner;
  return recommend(asked, runner, [](const std::string&) {}).value();
}

TEST(Recommendation, CarriesMoreThanOtherShapesIfAllDo) {
  const Recommendation found = advice(advice_request());
  ASSERT_TRUE(found.capacity.highest);
  const double highest = found.capacity.trials[*found.capacity.highest].reached.load;
  for (const std::uint32_t contexts : {1, 4, 8}) {
    CapacityRequest other;
    other.config = advice_request().config;
    other.config.contexts = contexts;
    other.loss_max = advice_request().loss_max;
    other.tolerance = advice_request().tolerance;
    other.replications = advice_request().replications;
    SimulatedRunner runner;
    const CapacityFound capacity = find_capacity(other, runner, [](const std::string&) {}).value();
    ASSERT_TRUE(capacity.highest);
    EXPECT_GT(highest, 0.95 * capacity.trials[*capacity.highest].reached.load) << contexts;
  }
  EXPECT_DOUBLE_EQ(*found.planned_load(), 0.8 * highest);
}

// No single context is left for all levels. The shapes that have one are tried.
TEST(Recommendation, LeavesOutShapesThatASwitchDoesNotFit) {
  RecommendationRequest asked = advice_request(1);
  ASSERT_TRUE(set_run_switch(asked.config, "reserve", "2").ok());
  const Recommendation found = advice(asked);
  for (const CandidateRun& run : found.tried.runs)
    EXPECT_GT(found.candidates[run.candidate].shape.contexts, 2U);
  EXPECT_FALSE(found.tried.failures.empty());
}

TEST(Recommendation, RefusesAGoalOfShapes) {
  RecommendationRequest asked = advice_request();
  asked.config.goal = ShapeGoal::kLatency;
  SimulatedRunner runner;
  const Result<Recommendation> found = recommend(asked, runner, [](const std::string&) {});
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("a recommendation looks for the highest load"), std::string::npos);
}

TEST(Recommendation, DoesMostInTimeInOverload) {
  const Recommendation found = advice(advice_request(6));
  const double picked = on_time_jobs_per_s(found.tried.runs[found.pick].point);
  for (const CandidateRun& run : found.tried.runs) EXPECT_GE(picked, 0.97 * on_time_jobs_per_s(run.point));
  EXPECT_LT(*found.planned_load(), found.asked_load);
}

TEST(Recommendation, HasAFrontThatNothingTriedBeats) {
  const Recommendation found = advice(advice_request(6));
  ASSERT_FALSE(found.front.empty());
  for (const std::size_t place : found.front) {
    const Json& point = found.tried.runs[place].point;
    for (const CandidateRun& run : found.tried.runs) {
      EXPECT_FALSE(on_time_jobs_per_s(run.point) > on_time_jobs_per_s(point) &&
                   urgent_p99_ms(run.point) < urgent_p99_ms(point));
    }
  }
}

TEST(Recommendation, GivesTheSameBytesOnAnyNumberOfThreads) {
  RecommendationRequest asked = advice_request(2);
  const std::string one = write_json(recommendation_to_json(advice(asked), "daris recommend"));
  asked.threads = 3;
  EXPECT_EQ(write_json(recommendation_to_json(advice(asked), "daris recommend")), one);
}

// So few jobs come that the set's rates end before the GPU does.
TEST(Recommendation, IsFoundIfNoLoadFails) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "few.json")
      << R"({"schema": "daris.task-set", "version": 1, "name": "few", "tasks": [
      {"name": "few", "model": "resnet18", "priority": 0, "count": 2000, "rate_hz": 0.048, "deadline_ms": 200}]})";
  RecommendationRequest asked = advice_request();
  asked.config.task_set = (folder / "few.json").string();
  asked.config.profile = "h100-80gb-hbm3";
  asked.config.model = "";
  asked.config.duration = Duration::from_ns(1'500'000'000);
  asked.config.warmup = Duration::from_ns(500'000'000);
  SimulatedRunner runner;
  const Result<Recommendation> found = recommend(asked, runner, [](const std::string&) {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(found.value().capacity.highest);
  EXPECT_FALSE(found.value().capacity.failing);
}

TEST(Recommendation, SaysWhatEachLevelLosesAtTheHighestLoad) {
  RecommendationRequest asked = advice_request();
  asked.loss_max.reset();  // rejections are free, so that many are
  const Recommendation found = advice(asked);
  ASSERT_TRUE(found.capacity.highest);
  const Json levels = trial_to_json(found.capacity.trials[*found.capacity.highest])["levels"];
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_GT(levels[1]["rejected"], 0);
  const std::string text = recommendation_text(found, 100);
  for (const Json& level : levels) {
    const double rejected = level["rejected"].get<double>() / level["released"].get<double>();
    const double admitted = level["admitted"].get<double>();
    const std::string missed =
        admitted > 0 ? fmt::format("{:.2f}%", 100 * level["missed"].get<double>() / admitted) : "-";
    const std::string line = fmt::format("level {}: {:.2f}% rejected, {} of the admitted missed",
                                         level["priority"].get<int>(), 100 * rejected, missed);
    EXPECT_NE(text.find(line), std::string::npos) << line << " is not in\n" << text;
  }
}

TEST(Recommendation, SaysWhatLimits) {
  const Recommendation found = advice(advice_request());
  const LoadLimit limit = limit_of(found.capacity);
  EXPECT_TRUE(limit.name == "slots" || limit.name == "latency");
  EXPECT_NE(
      limit.text.find(breach_text(found.capacity.trials[*found.capacity.failing].verdict.broken.front())),
      std::string::npos);
  EXPECT_EQ(limit_of(CapacityFound()).name, "none");
}

}  // namespace
}  // namespace daris
