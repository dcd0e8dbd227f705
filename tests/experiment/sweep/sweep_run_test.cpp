#include "experiment/sweep/sweep_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/json/write.h"
#include "experiment/sweep/id_set.h"
#include "experiment/sweep/point_label.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/sweep/plain_runner.h"

namespace daris {
namespace {

using testing::contents;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::PlainRunner;
using testing::TemporaryFolder;

// A sweep of these seeds; a point's id is its seed.
Sweep sweep_of(std::vector<std::uint64_t> seeds) {
  Sweep sweep;
  sweep.size = seeds.size();
  sweep.config = [seeds = std::move(seeds)](std::size_t i) -> Result<RunConfig> {
    RunConfig config;
    config.task_set = "set";
    config.seed = seeds[i];
    return config;
  };
  return sweep;
}

Sweep seeds(std::uint64_t count) {
  std::vector<std::uint64_t> all(count);
  std::iota(all.begin(), all.end(), 1);
  return sweep_of(all);
}

std::vector<std::uint64_t> ids_of(const PlannedSweep& planned) {
  std::vector<std::uint64_t> ids;
  for (const PlannedPoint& point : planned.points) ids.push_back(point.id);
  return ids;
}

class SweepRun : public ::testing::Test {
 protected:
  Result<PlannedSweep> settle(
      const Sweep& sweep, Shard shard = {}, const std::function<bool()>& stopped = [] { return false; }) {
    return settle_sweep(sweep, shard, FinishedPoints::of(sweep_folder_).value(), runner_, stopped);
  }

  const TemporaryFolder folder_;
  const SweepFolder sweep_folder_{folder_ / "sweep"};
  PlainRunner runner_;
};

TEST_F(SweepRun, EqualPointsComeOnce) {
  const PlannedSweep planned = settle(sweep_of({1, 2, 1, 3})).value();
  EXPECT_THAT(ids_of(planned), ElementsAre(1, 2, 3));
  EXPECT_EQ(planned.points[2].config, 3U);
  EXPECT_THAT(planned.to_run, ElementsAre(0, 1, 2));
  EXPECT_EQ(runner_.checked, 3U);
}

TEST_F(SweepRun, AShardHasEveryCountthOfThePointsThatDiffer) {
  EXPECT_THAT(settle(sweep_of({1, 2, 1, 3, 4}), {1, 2}).value().to_run, ElementsAre(1, 3));
  EXPECT_EQ(runner_.checked, 2U);
}

TEST_F(SweepRun, EndsWhenItIsStopped) {
  const PlannedSweep planned = settle(seeds(10), {}, [&] { return runner_.settled == 3; }).value();
  EXPECT_THAT(ids_of(planned), ElementsAre(1, 2, 3));
  EXPECT_EQ(runner_.settled, 3U);
}

TEST_F(SweepRun, NothingIsAskedAfterAStop) {
  EXPECT_THAT(settle(seeds(2), {}, [] { return true; }).value().points, IsEmpty());
  EXPECT_EQ(runner_.settled, 0U);
  EXPECT_EQ(runner_.checked, 0U);
}

TEST_F(SweepRun, GoesOnAfterAPointThatCannotBeRunAndKeepsTheReason) {
  runner_.failure_of = [](const Point& point) -> std::optional<Error> {
    if (point.id == id_text(2)) return environment_error("no memory");
    return std::nullopt;
  };
  const Sweep sweep = seeds(3);
  const PlannedSweep planned = settle(sweep).value();
  Progress progress(3, "points", ProgressMode::kNever);
  const SweepOutcome outcome = run_points(sweep, planned, 1, sweep_folder_, runner_, progress, {});
  EXPECT_FALSE(outcome.failure);
  ASSERT_EQ(outcome.failed.size(), 1U);
  EXPECT_EQ(outcome.failed[0].id, id_text(2));
  EXPECT_EQ(outcome.failed[0].label, "point 2 of 3: seed 2");
  EXPECT_EQ(outcome.failed[0].reason, "no memory");
  EXPECT_EQ(sweep_folder_.failure_of(id_text(2)), "no memory");
  EXPECT_EQ(sweep_folder_.failure_of(id_text(1)), std::nullopt);
}

// Failures of several blocks keep their places.
TEST_F(SweepRun, RunsBlockAfterBlock) {
  const std::uint64_t count = 2 * kPointsAtOnce + 5;
  runner_.failure_of = [&](const Point& point) -> std::optional<Error> {
    const bool fails = point.id == id_text(3) || point.id == id_text(count);
    return fails ? std::optional(environment_error("no memory")) : std::nullopt;
  };
  const Sweep sweep = seeds(count);
  const PlannedSweep planned = settle(sweep).value();
  Progress progress(count, "points", ProgressMode::kNever);
  const SweepOutcome outcome = run_points(sweep, planned, 1, sweep_folder_, runner_, progress, {});
  EXPECT_EQ(runner_.run_points, count);
  ASSERT_EQ(outcome.failed.size(), 2U);
  EXPECT_EQ(outcome.failed[0].label, "point 3 of 20005: seed 3");
  EXPECT_EQ(outcome.failed[1].label, "point 20005 of 20005: seed 20005");
}

TEST_F(SweepRun, SettlesSomePointsEvenly) {
  const Sweep sweep = seeds(100);
  const PlannedSweep planned = settle(sweep).value();
  const std::vector<Point> some = settle_some(sweep, planned, planned.to_run, 4, runner_);
  ASSERT_EQ(some.size(), 4U);
  EXPECT_EQ(some[0].id, id_text(1));
  EXPECT_EQ(some[3].id, id_text(76));
  EXPECT_EQ(settle_some(sweep, planned, {7}, 4, runner_).size(), 1U);
}

// A plan of many points is written and read in another way than one of few.
TEST_F(SweepRun, PlansOfAnyLengthAreTheSameDocument) {
  for (const std::uint64_t count : {0U, 1U, 5U, 6U, 100U, 101U, 1000U}) {
    const PlannedSweep planned = settle(seeds(count)).value();
    const SweepPlan plan = plan_sweep("a \"points\": [", planned, SweepFolder(folder_ / "none")).value();
    ASSERT_TRUE(sweep_folder_.write_plan(plan).ok());
    const std::string text = contents(folder_ / "sweep/plan.json");
    EXPECT_EQ(write_json(Json::parse(text)), text) << count;
    const SweepPlan read = sweep_folder_.read_plan().value();
    EXPECT_EQ(read.ids, plan.ids);
    EXPECT_EQ(read.name, plan.name);
    EXPECT_EQ(Json::parse(text)["points"].size(), count);
  }
}

TEST_F(SweepRun, APlanWithAWrongIdIsRefused) {
  ASSERT_TRUE(
      sweep_folder_.write_plan(plan_sweep("", settle(seeds(200)).value(), sweep_folder_).value()).ok());
  std::string text = contents(folder_ / "sweep/plan.json");
  text.replace(text.find(id_text(150)), 16, "000000000000000g");
  testing::write(folder_ / "sweep/plan.json", text);
  const Result<SweepPlan> plan = sweep_folder_.read_plan();
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(plan.error().message, ::testing::HasSubstr("\"000000000000000g\" is not an id"));
}

TEST(IdSet, HoldsWhatWasPutIn) {
  IdSet set;
  EXPECT_FALSE(set.contains(0));
  for (std::uint64_t id = 0; id < 10'000; id += 2) EXPECT_TRUE(set.insert(id * 0x123456789ULL));
  EXPECT_FALSE(set.insert(0));
  for (std::uint64_t id = 0; id < 10'000; ++id) EXPECT_EQ(set.contains(id * 0x123456789ULL), id % 2 == 0);
  EXPECT_EQ(set.size(), 5'000U);
}

TEST(IdSet, NumbersAreSixteenDigits) {
  EXPECT_EQ(id_number("00000000000000ff"), 255U);
  EXPECT_EQ(id_text(255), "00000000000000ff");
  EXPECT_EQ(id_number(id_text(~std::uint64_t{0})), ~std::uint64_t{0});
  for (const char* const wrong : {"", "ff", "00000000000000FF", "00000000000000f ", "+0000000000000ff"})
    EXPECT_EQ(id_number(wrong), std::nullopt);
}

TEST(PointLabels, CutsLongValuesAndLongLists) {
  const PointLabels::ConfigOf config_of = [](std::size_t i) {
    Json config = {{"task_set", std::string(100, 'a') + "/" + std::to_string(i) + ".json"}, {"same", 1}};
    for (int key = 0; key < 40; ++key) config["key" + std::to_string(key)] = i;
    return config;
  };
  const PointLabels labels(2, config_of);
  EXPECT_THAT(labels.of(1), ::testing::StartsWith("point 2 of 2: task_set ...aaa"));
  EXPECT_THAT(labels.of(1), ::testing::HasSubstr("/1.json, key0 1"));
  EXPECT_THAT(labels.of(1), ::testing::EndsWith(", ..."));
  EXPECT_LT(labels.of(1).size(), 200U);
}

TEST(SweepFolder, RemembersPastRuns) {
  const TemporaryFolder folder;
  const SweepFolder sweep(folder / "sweep");
  EXPECT_EQ(sweep.past_runs().points, 0U);
  Json facts = {{"program", "daris"},
                {"commit", "none"},
                {"command", "daris sweep"},
                {"started_utc", "2026-01-01T00:00:00Z"},
                {"threads", 1},
                {"os", ""},
                {"cpu", ""},
                {"wall_s", 2.5},
                {"points_finished", 3}};
  ASSERT_TRUE(sweep.write_provenance("first", facts).ok());
  facts["wall_s"] = 1.0;
  facts["points_finished"] = 0;
  ASSERT_TRUE(sweep.write_provenance("second", facts).ok());
  ASSERT_TRUE(sweep.write_provenance("another", {{"wall_s", 7}}).ok());
  EXPECT_EQ(sweep.past_runs().points, 3U);
  EXPECT_EQ(sweep.past_runs().wall_s, 3.5);
}

}  // namespace
}  // namespace daris
