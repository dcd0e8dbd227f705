#include "experiment/validation/references.h"

#include <gtest/gtest.h>

#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

Json with_load(Json point, double offered, double load) {
  point["loads"] = {
      {{"task", "a"}, {"demand_jobs_per_s", offered}, {"saturation_jobs_per_s", offered / load}}};
  point["load_reached"] = load;
  return point;
}

TEST(References, SaturationIsWhatIsOfferedAtLoadOne) {
  EXPECT_EQ(offered_or_saturation(with_load(testing::point_with(10), 300, 1.5)), 200);
  EXPECT_EQ(offered_or_saturation(with_load(testing::point_with(10), 300, 0.5)), 300);
  Json none = testing::point_with(10);
  none["loads"] = Json::array();
  EXPECT_FALSE(offered_or_saturation(none));
}

TEST(References, AreScoredOnTheHardPointsThatAllPredict) {
  LivePoint live = testing::live_with(100, 10);
  const double measured = live.point["results"]["throughput_jobs_per_s"].get<double>();
  live.point = with_load(live.point, 4 * measured, 2);
  ASSERT_TRUE(is_hard(live.point));
  ValidatedPoint point;
  point.live = &live;
  point.figures = compare_points(live.point, testing::point_with(110));
  EXPECT_TRUE(score_references({point}).empty()) << "it was not predicted without contention";
  point.without_contention = FurtherPrediction{compare_points(live.point, testing::point_with(300)), ""};
  const std::vector<ReferenceScore> scores = score_references({point});
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_EQ(scores[0].name, "simulator");
  EXPECT_EQ(scores[0].summary[0].figure, "throughput_jobs_per_s");
  EXPECT_NEAR(scores[0].summary[0].mean, 0.1, 1e-9);
  EXPECT_NEAR(scores[1].summary[0].mean, 1.0, 1e-9);
  EXPECT_NEAR(scores[2].summary[0].mean, 2.0, 1e-9);
}

}  // namespace
}  // namespace daris
