#include "experiment/validation/repeats.h"

#include <gtest/gtest.h>

#include "tests/experiment/validation/sample_pair.h"

namespace daris {
namespace {

using testing::live_with;

std::optional<double> spread_of_throughput(const std::vector<LivePoint>& live) {
  std::vector<PointFigure> figures = compare_points(live.front().point, live.front().point);
  Repeats(live).fill_spreads(0, figures);
  return run_figure(figures, "throughput_jobs_per_s").spread;
}

TEST(Repeats, AreRunsOfOneConfigurationOnOneMachine) {
  std::vector<LivePoint> live{live_with(900), live_with(1100)};
  EXPECT_EQ(Repeats(live).runs(0), 2U);
  EXPECT_NEAR(*spread_of_throughput(live), 0.1414213562, 1e-9);
  live[1].provenance["driver"] = "590";
  EXPECT_EQ(Repeats(live).runs(0), 1U);
  EXPECT_FALSE(spread_of_throughput(live));
}

TEST(Repeats, TimesAndSeedsMakeNoOtherConfiguration) {
  std::vector<LivePoint> live{live_with(900), live_with(900)};
  live[0].point["config"]["seed"] = 7;
  live[0].point["config"]["duration_s"] = 3;
  EXPECT_EQ(Repeats(live).runs(0), 2U);
  live[0].point["config"]["load"] = 7;
  EXPECT_EQ(Repeats(live).runs(0), 1U);
}

TEST(Repeats, OtherTasksAreAnotherConfiguration) {
  std::vector<LivePoint> live{live_with(900), live_with(900)};
  live[0].point["results"]["tasks"][0]["count"] = 99;
  EXPECT_EQ(Repeats(live).runs(1), 1U);
}

TEST(Repeats, APointIsOneRunOfWhatItsReplicationsLack) {
  std::vector<LivePoint> live{live_with(900), live_with(900)};
  live[0].point["results"]["energy_j_per_job"] = 0.09;
  live[1].point["results"]["energy_j_per_job"] = 0.11;
  std::vector<PointFigure> figures = compare_points(live[0].point, live[0].point);
  Repeats(live).fill_spreads(0, figures);
  EXPECT_NEAR(*run_figure(figures, "energy_j_per_job").spread, 0.1414213562, 1e-9);
}

}  // namespace
}  // namespace daris
