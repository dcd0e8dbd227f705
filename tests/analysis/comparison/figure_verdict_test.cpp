#include "analysis/comparison/figure_verdict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace daris {
namespace {

const std::string kMore = "on_time_jobs_per_s";
const std::string kLess = "level0_response_p99_ms";
const std::string kShare = "level1_deadline_miss_rate";

FigureVerdict verdict(const std::string& figure, const FigureValues& values, double tolerance = 0.01) {
  return compare_figure(figure, values, tolerance).verdict;
}

TEST(FigureVerdict, KnowsWhatIsBetter) {
  EXPECT_EQ(verdict(kMore, {true, {100, 101, 99}, {110, 111, 109}}), FigureVerdict::kBetter);
  EXPECT_EQ(verdict(kMore, {true, {110, 111, 109}, {100, 101, 99}}), FigureVerdict::kWorse);
  EXPECT_EQ(verdict(kLess, {true, {5, 6, 7}, {4, 5, 6.01}}), FigureVerdict::kBetter);
  EXPECT_EQ(verdict(kShare, {true, {0.01, 0.02}, {0.02, 0.03}}), FigureVerdict::kWorse);
  EXPECT_FALSE(more_is_better("slot_utilization").has_value());
  EXPECT_FALSE(more_is_better("estimate_coverage_mret").has_value());
}

TEST(FigureVerdict, PairsShowWhatSpreadHides) {
  const std::vector<double> before = {100, 200, 300};
  const std::vector<double> after = {101, 201.1, 300.9};
  EXPECT_EQ(verdict(kMore, {true, before, after}), FigureVerdict::kBetter);
  EXPECT_EQ(verdict(kMore, {false, before, after}), FigureVerdict::kTooLittleData);
}

TEST(FigureVerdict, SameNeedsAnIntervalWithinTheTolerance) {
  const FigureValues values{true, {100, 100, 100, 100}, {100.1, 99.9, 100.1, 99.9}};
  EXPECT_EQ(verdict(kMore, values, 0.01), FigureVerdict::kSame);
  EXPECT_EQ(verdict(kMore, values, 0.001), FigureVerdict::kTooLittleData);
}

TEST(FigureVerdict, OneRunIsTooLittleUnlessItIsEqual) {
  EXPECT_EQ(verdict(kMore, {true, {100}, {200}}), FigureVerdict::kTooLittleData);
  EXPECT_EQ(verdict(kMore, {true, {100}, {100}}), FigureVerdict::kSame);
  EXPECT_EQ(verdict(kMore, {false, {100}, {100}}), FigureVerdict::kSame);
  EXPECT_EQ(verdict(kMore, {true, {}, {}}), FigureVerdict::kTooLittleData);
}

TEST(FigureVerdict, ARegressionIsWorsePastTheTolerance) {
  const FigureValues fall{true, {100, 100, 100}, {97, 97.1, 96.9}};
  EXPECT_TRUE(compare_figure(kMore, fall, 0.02).regression);
  EXPECT_FALSE(compare_figure(kMore, fall, 0.05).regression);
  EXPECT_EQ(compare_figure(kMore, fall, 0.05).verdict, FigureVerdict::kWorse);
  const FigureValues misses{true, {0, 0, 0}, {0.015, 0.016, 0.014}};
  EXPECT_TRUE(compare_figure(kShare, misses, 0.01).regression) << "a rate is told in points";
  EXPECT_FALSE(compare_figure(kShare, misses, 0.02).regression);
  EXPECT_NEAR(*relative_difference(compare_figure(kShare, misses, 0.01)), 0.015, 1e-12);
  EXPECT_NEAR(*relative_difference(compare_figure(kMore, fall, 0.01)), -0.03, 1e-12);
}

// Made-up data of a known difference: the intervals must hold it in 95% of 1,000 draws.
class Coverage : public ::testing::Test {
 protected:
  [[nodiscard]] double share_covered(bool paired, std::size_t before_runs, std::size_t after_runs) {
    constexpr int kDraws = 1000;
    constexpr double kDifference = 3;
    int covered = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      FigureValues values{paired, {}, {}};
      for (std::size_t i = 0; i < before_runs; ++i) values.before.push_back(100 + 5 * normal());
      for (std::size_t i = 0; i < after_runs; ++i)
        values.after.push_back(paired ? values.before[i] + kDifference + normal()
                                      : 100 + kDifference + 2 * normal());
      const Interval interval = *compare_figure(kMore, values, 0).difference_95;
      covered += interval.low <= kDifference && kDifference <= interval.high ? 1 : 0;
    }
    return covered / static_cast<double>(kDraws);
  }

 private:
  // Box and Muller's, since distributions of the standard library differ from library to library.
  double normal() {
    const double first = (static_cast<double>(random_()) + 1) / 4294967297.0;
    const double second = static_cast<double>(random_()) / 4294967296.0;
    return std::sqrt(-2 * std::log(first)) * std::cos(2 * M_PI * second);
  }

  std::mt19937 random_{18};
};

TEST_F(Coverage, OfPairs) {
  for (const std::size_t runs : {2U, 5U, 20U}) {
    const double share = share_covered(true, runs, runs);
    EXPECT_GE(share, 0.93) << runs;
    EXPECT_LE(share, 0.97) << runs;
  }
}

TEST_F(Coverage, OfRunsThatAreNotPairs) {
  for (const auto& [before, after] : {std::pair<std::size_t, std::size_t>{5, 5}, {10, 4}, {20, 30}}) {
    const double share = share_covered(false, before, after);
    EXPECT_GE(share, 0.93) << before;
    EXPECT_LE(share, 0.97) << before;
  }
}

}  // namespace
}  // namespace daris
