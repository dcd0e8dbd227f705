#include "experiment/validation/summary.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

PointFigure with_error(double error) { return {"throughput_jobs_per_s", {}, false, 1, 1 + error, error, {}}; }

std::vector<FigureSummary> of(const std::vector<std::vector<PointFigure>>& points) {
  std::vector<const std::vector<PointFigure>*> pointers;
  pointers.reserve(points.size());
  for (const auto& point : points) pointers.push_back(&point);
  return summarise(pointers);
}

TEST(Summary, HasSizesAndASignedBias) {
  std::vector<std::vector<PointFigure>> points;
  points.reserve(10);
  for (int i = 1; i <= 10; ++i) points.push_back({with_error(i == 10 ? 0.5 : -0.01 * i)});
  const auto summaries = of(points);
  ASSERT_EQ(summaries.size(), 1U);
  const FigureSummary& summary = summaries.front();
  EXPECT_EQ(summary.points, 10U);
  EXPECT_NEAR(summary.mean, 0.095, 1e-12);
  EXPECT_NEAR(summary.p50, 0.055, 1e-12);
  EXPECT_NEAR(summary.p90, 0.09, 1e-12);
  EXPECT_NEAR(summary.largest, 0.5, 1e-12);
  EXPECT_NEAR(summary.bias, -0.045, 1e-12);
  EXPECT_FALSE(summary.spread);
}

TEST(Summary, CountsPointsThatHaveAnError) {
  PointFigure without = with_error(0);
  without.error.reset();
  const auto summaries = of({{without}, {with_error(0.2)}});
  EXPECT_EQ(summaries.front().points, 1U);
  EXPECT_EQ(of({{without}}).front().points, 0U);
}

TEST(Summary, LevelsStandApartBehindTheRun) {
  PointFigure level1{"loss_rate", 1, true, 0, 0, 0.0, 0.02};
  PointFigure level0{"loss_rate", 0, true, 0, 0, 0.0, {}};
  const auto summaries = of({{level1, level0, with_error(0.1)}});
  ASSERT_EQ(summaries.size(), 3U);
  EXPECT_FALSE(summaries[0].level);
  EXPECT_EQ(summaries[1].level, 0U);
  EXPECT_EQ(summaries[2].level, 1U);
  EXPECT_EQ(summaries[2].repeated, 1U);
  EXPECT_EQ(summaries[2].spread, 0.02);
}

}  // namespace
}  // namespace daris
