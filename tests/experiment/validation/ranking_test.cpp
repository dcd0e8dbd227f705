#include "experiment/validation/ranking.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

// Points of one set in several shapes. The live ones must stay where they are.
class Ranking : public ::testing::Test {
 protected:
  void add(std::uint32_t contexts, std::uint64_t live_jobs, std::uint64_t simulated_jobs,
           std::uint64_t missed = 0) {
    LivePoint& live = live_.emplace_back(testing::live_with(live_jobs, missed));
    live.point["config"]["contexts"] = contexts;
    ValidatedPoint point;
    point.live = &live;
    point.figures = compare_points(live.point, testing::point_with(simulated_jobs));
    points_.push_back(point);
  }
  std::deque<LivePoint> live_;
  std::vector<ValidatedPoint> points_;
};

TEST_F(Ranking, ComparesTheOrdersOfShapes) {
  add(1, 100, 300);
  add(2, 200, 200);
  add(4, 300, 100);
  const auto rankings = rank_shapes(points_);
  ASSERT_EQ(rankings.size(), 1U);
  EXPECT_EQ(rankings[0].shapes, 3U);
  EXPECT_EQ(rankings[0].tau_b, -1);
  EXPECT_EQ(rankings[0].live_best, "green 4 x 1 OS 1.5");
  EXPECT_EQ(rankings[0].simulated_best, "green 1 x 1 OS 1.5");
  EXPECT_NEAR(*rankings[0].kept, 1.0 / 3, 1e-9);
  EXPECT_FALSE(rankings[0].repeat_tau_b) << "each shape ran once";
}

TEST_F(Ranking, ComparesTheCheapestShapes) {
  for (const std::uint32_t contexts : {1U, 2U, 4U}) add(contexts, 100, 100);
  EXPECT_EQ(rank_shapes(points_)[0].cheapest_costs, std::nullopt) << "no energy is known";
  const auto set_energy = [&](std::size_t i, double live, double simulated) {
    for (PointFigure& figure : points_[i].figures) {
      if (figure.name != "energy_j_per_job") continue;
      figure.live = live;
      figure.simulated = simulated;
    }
  };
  set_energy(0, 0.06, 0.05);
  set_energy(1, 0.05, 0.07);
  EXPECT_EQ(rank_shapes(points_)[0].live_cheapest, "") << "one shape has none";
  set_energy(2, 0.08, 0.06);
  const ShapeRanking ranking = rank_shapes(points_)[0];
  EXPECT_EQ(ranking.live_cheapest, "green 2 x 1 OS 1.5");
  EXPECT_EQ(ranking.simulated_cheapest, "green 1 x 1 OS 1.5");
  EXPECT_NEAR(*ranking.cheapest_costs, 1.2, 1e-9);
  EXPECT_FALSE(ranking.cheapest_tied) << "nothing was repeated";
}

TEST_F(Ranking, EnergiesAreTiedWithinTheSpreadOfRuns) {
  for (const std::uint32_t contexts : {1U, 2U, 4U}) add(contexts, 100, 100);
  const std::vector<std::vector<double>> energy{{0.050, 0.060}, {0.052, 0.050}, {0.08, 0.07}};
  for (std::size_t i = 0; i < 3; ++i) {
    live_[i].point["confidence"]["values"]["energy_j_per_job"] = {energy[i][0], energy[i][0] * 1.1};
    for (PointFigure& figure : points_[i].figures) {
      if (figure.name != "energy_j_per_job") continue;
      figure.live = energy[i][0];
      figure.simulated = energy[i][1];
      figure.spread = 0.05;
    }
  }
  const ShapeRanking ranking = rank_shapes(points_)[0];
  EXPECT_NEAR(*ranking.cheapest_costs, 1.04, 1e-9);
  EXPECT_TRUE(ranking.cheapest_tied);
  EXPECT_EQ(ranking.repeat_cheapest_costs, 1);
}

TEST_F(Ranking, PartitionsAreShapes) {
  add(1, 100, 100);
  add(2, 200, 200);
  add(4, 300, 300);
  Json& config = live_.back().point["config"];
  for (const char* const key : {"contexts", "streams", "oversubscription"}) config.erase(key);
  config["partition"] = "workloads/partitions/kept-3-8.json";
  ASSERT_EQ(rank_shapes(points_).size(), 1U);
  EXPECT_EQ(rank_shapes(points_)[0].live_best, "green kept-3-8");
}

TEST_F(Ranking, AShapeThatMissesUrgentDeadlinesIsWorthNothing) {
  add(1, 100, 100);
  add(2, 200, 200);
  add(4, 300, 300, 1);
  EXPECT_EQ(rank_shapes(points_)[0].live_best, "green 2 x 1 OS 1.5");
}

TEST_F(Ranking, TwoShapesAreNoOrder) {
  add(1, 100, 100);
  add(2, 200, 200);
  EXPECT_TRUE(rank_shapes(points_).empty());
}

TEST_F(Ranking, LiveRunsAreHeldAgainstEachOther) {
  add(1, 100, 100);
  add(2, 200, 200);
  add(4, 300, 300);
  for (LivePoint& live : live_) {
    const double jobs = live.point["config"]["contexts"].get<double>();
    live.point["confidence"]["values"] = {{"on_time_jobs_per_s", {jobs, -jobs + 10}},
                                          {"level0_deadline_miss_rate", {0, 0}}};
  }
  EXPECT_EQ(rank_shapes(points_)[0].repeat_tau_b, -1);
}

}  // namespace
}  // namespace daris
