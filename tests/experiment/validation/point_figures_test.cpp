#include "experiment/validation/point_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

using testing::point_with;

const PointFigure& of_level0(const std::vector<PointFigure>& figures, const std::string& name) {
  for (const PointFigure& figure : figures) {
    if (figure.level == 0U && figure.name == name) return figure;
  }
  ADD_FAILURE() << name << " is missing";
  return figures.front();
}

TEST(PointFigures, RelativeErrorsAreOfTheLiveValue) {
  const auto figures = compare_points(point_with(1000), point_with(1100));
  EXPECT_NEAR(*run_figure(figures, "throughput_jobs_per_s").error, 0.1, 1e-9);
  EXPECT_EQ(run_figure(figures, "throughput_jobs_per_s").live, 1000);
  EXPECT_EQ(run_figure(figures, "throughput_jobs_per_s").simulated, 1100);
}

TEST(PointFigures, SharesAreCompared) {
  const PointFigure missed =
      of_level0(compare_points(point_with(1000, 20), point_with(1000, 50)), "deadline_miss_rate");
  EXPECT_TRUE(missed.is_share);
  EXPECT_NEAR(*missed.error, 0.03, 1e-9);
}

TEST(PointFigures, WhatNobodyMeasuredHasNoError) {
  const auto figures = compare_points(point_with(1000), point_with(1000));
  EXPECT_FALSE(run_figure(figures, "energy_j_per_job").error);
  EXPECT_FALSE(run_figure(compare_points(point_with(0), point_with(10)), "throughput_jobs_per_s").error);
}

TEST(PointFigures, APercentileNeedsEnoughJobs) {
  const auto at = [](std::uint64_t jobs) {
    return of_level0(compare_points(point_with(jobs), point_with(jobs)), "response_p99_ms").error.has_value();
  };
  EXPECT_FALSE(at(661));
  EXPECT_TRUE(at(662));
}

TEST(PointFigures, LevelsThatOneSideLacksAreLeftOut) {
  Json simulated = point_with(1000);
  simulated["results"]["levels"].erase(1);
  for (const PointFigure& figure : compare_points(point_with(1000), simulated)) EXPECT_NE(figure.level, 1U);
}

}  // namespace
}  // namespace daris
