#include "experiment/sweep/sweep_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "experiment/sweep/point_label.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/experiment/sweep/plain_runner.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::PlainRunner;
using testing::TemporaryFolder;

Sweep seeds(std::uint64_t count) {
  Sweep sweep;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    RunConfig config;
    config.task_set = "set";
    config.seed = seed;
    sweep.configs.push_back(config);
  }
  return sweep;
}

std::vector<std::string> ids_of(const std::vector<Point>& points) {
  std::vector<std::string> ids;
  ids.reserve(points.size());
  for (const Point& point : points) ids.push_back(point.id);
  return ids;
}

TEST(SweepRun, EqualPointsComeOnce) {
  Sweep sweep = seeds(2);
  sweep.configs.push_back(sweep.configs.front());
  PlainRunner runner;
  EXPECT_THAT(ids_of(settle_sweep(sweep, runner).value()), ElementsAre("1", "2"));
}

TEST(SweepRun, SettlingEndsWhenItIsStopped) {
  PlainRunner runner;
  const auto stopped = [&] { return runner.settled == 3; };
  const Result<std::vector<Point>> points = settle_sweep(seeds(10), runner, stopped);
  ASSERT_TRUE(points.ok());
  EXPECT_THAT(ids_of(points.value()), ElementsAre("1", "2", "3"));
  EXPECT_EQ(runner.settled, 3U);
}

TEST(SweepRun, CheckingEndsWhenItIsStopped) {
  const TemporaryFolder folder;
  PlainRunner runner;
  const std::vector<Point> points = settle_sweep(seeds(10), runner).value();
  const auto stopped = [&] { return runner.checked == 2; };
  const SweepFolder sweep_folder(folder / "sweep");
  const Result<std::vector<Point>> missing = points_to_run(points, {}, sweep_folder, runner, stopped);
  ASSERT_TRUE(missing.ok());
  EXPECT_THAT(ids_of(missing.value()), ElementsAre("1", "2"));
  EXPECT_EQ(runner.checked, 2U);
}

TEST(SweepRun, NothingIsAskedAfterAStop) {
  const TemporaryFolder folder;
  PlainRunner runner;
  const auto stopped = [] { return true; };
  const std::vector<Point> points = settle_sweep(seeds(2), runner).value();
  EXPECT_THAT(settle_sweep(seeds(2), runner, stopped).value(), IsEmpty());
  EXPECT_THAT(points_to_run(points, {}, SweepFolder(folder / "sweep"), runner, stopped).value(), IsEmpty());
  EXPECT_EQ(runner.settled, 2U);
  EXPECT_EQ(runner.checked, 0U);
}

TEST(SweepRun, GoesOnAfterAPointThatCannotBeRunAndKeepsTheReason) {
  const TemporaryFolder folder;
  PlainRunner runner;
  runner.failure_of = [](const Point& point) -> std::optional<Error> {
    if (point.id == "2") return environment_error("no memory");
    return std::nullopt;
  };
  const std::vector<Point> points = settle_sweep(seeds(3), runner).value();
  const SweepFolder sweep_folder(folder / "sweep");
  Progress progress(3, "points", ProgressMode::kNever);
  const SweepOutcome outcome = run_points(points, 1, sweep_folder, runner, progress, {});
  EXPECT_FALSE(outcome.failure);
  ASSERT_EQ(outcome.failed.size(), 1U);
  EXPECT_EQ(outcome.failed[0].id, "2");
  EXPECT_EQ(outcome.failed[0].label, "point 2 of 3: seed 2");
  EXPECT_EQ(outcome.failed[0].reason, "no memory");
  EXPECT_EQ(sweep_folder.failure_of("2"), "no memory");
  EXPECT_EQ(sweep_folder.failure_of("1"), std::nullopt);
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
