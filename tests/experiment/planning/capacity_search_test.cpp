// The search for a capacity in the simulator, on a synthetic GPU.
#include "experiment/planning/capacity_search.h"

#include <gtest/gtest.h>

#include "base/json/write.h"
#include "experiment/planning/capacity_document.h"
#include "experiment/point_run.h"
#include "experiment/simulated/simulated_runner.h"

namespace daris {
namespace {

CapacityRequest request() {
  CapacityRequest request;
  request.config.task_set = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/cameras.json";
  request.config.profile = std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
  request.config.model = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/contention.json";
  request.config.contexts = 4;
  request.config.duration = Duration::from_ns(600'000'000);
  request.config.warmup = Duration::from_ns(100'000'000);
  request.replications = 3;
  return request;
}

CapacityFound find(const CapacityRequest& asked) {
  SimulatedRunner runner;
  return find_capacity(asked, runner, [](const std::string&) {}).value();
}

// Runs the set at a load by itself, and tells whether its default objectives hold.
bool holds_by_itself(const CapacityRequest& asked, double load, std::uint32_t replications) {
  SimulatedRunner runner;
  RunConfig config = asked.config;
  config.scaling.load = load;
  config.replications = replications;
  const Point point = runner.settle(config).value();
  const PointRun ran = runner.run(point, 1, [] { return false; }).value();
  return Objectives({"cameras", {}}).judge(*ran.point).holds;
}

TEST(CapacitySearch, FindsALoadThatPassesAndOneAboveThatFails) {
  const CapacityRequest asked = request();
  const CapacityFound found = find(asked);
  ASSERT_TRUE(found.highest && found.failing);
  const CapacityTrial& highest = found.trials[*found.highest];
  const CapacityTrial& failing = found.trials[*found.failing];
  EXPECT_TRUE(highest.verdict.holds);
  EXPECT_EQ(highest.replications, asked.replications);
  EXPECT_FALSE(failing.verdict.holds);
  EXPECT_GT(failing.reached.load, highest.reached.load);
  EXPECT_LT(failing.reached.load, highest.reached.load * 1.05);  // of 36 tasks one is 3%
  EXPECT_TRUE(holds_by_itself(asked, highest.reached.load, asked.replications));
  EXPECT_FALSE(holds_by_itself(asked, failing.reached.load, failing.replications));
}

TEST(CapacitySearch, CountsTasksToTheLastOne) {
  CapacityRequest asked = request();
  asked.axis = LoadAxis::kTasks;
  const CapacityFound found = find(asked);
  ASSERT_TRUE(found.highest && found.failing);
  const std::uint64_t passing = found.trials[*found.highest].reached.tasks;
  const std::uint64_t failing = found.trials[*found.failing].reached.tasks;
  EXPECT_GT(failing, passing);
  EXPECT_LE(failing, passing + 2);  // both groups may grow at one load
}

TEST(CapacitySearch, RunsEqualTasksOnce) {
  CapacityRequest asked = request();
  asked.axis = LoadAxis::kTasks;
  const CapacityFound found = find(asked);
  for (std::size_t i = 0; i < found.trials.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(found.trials[i].reached.tasks == found.trials[j].reached.tasks &&
                   found.trials[i].replications == found.trials[j].replications);
    }
  }
}

TEST(CapacitySearch, DoesNoWorseIfShapesAreSearched) {
  CapacityRequest asked = request();
  const double given = [&] {
    const CapacityFound found = find(asked);
    return found.trials[*found.highest].reached.load;
  }();
  asked.config.automatic_shape = true;
  const CapacityFound found = find(asked);
  EXPECT_GT(found.trials[*found.highest].reached.load, 0.97 * given);
}

TEST(CapacitySearch, GivesTheSameBytesOnAnyNumberOfThreads) {
  CapacityRequest asked = request();
  asked.config.automatic_shape = true;
  const std::string one = write_json(capacity_to_json(find(asked), "daris capacity"));
  asked.threads = 3;
  EXPECT_EQ(write_json(capacity_to_json(find(asked), "daris capacity")), one);
}

TEST(CapacitySearch, RefusesALoad) {
  CapacityRequest asked = request();
  asked.config.scaling.load = 2;
  SimulatedRunner runner;
  EXPECT_FALSE(find_capacity(asked, runner, [](const std::string&) {}).ok());
}

}  // namespace
}  // namespace daris
