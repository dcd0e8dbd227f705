#include "analysis/report/statistics.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace daris {
namespace {

// Reference values are by R 4.2: qt() and binom.test().
TEST(Statistics, StudentIntervalOfFiveValues) {
  const std::vector<double> values = {10, 12, 9, 11, 13};
  const std::optional<double> half_width = student_half_width(values);
  ASSERT_TRUE(half_width.has_value());
  EXPECT_NEAR(*half_width, 2.776445105 * std::sqrt(2.5 / 5), 1e-8);
}

TEST(Statistics, StudentIntervalOfTwoValuesIsWide) {
  EXPECT_NEAR(*student_half_width(std::vector<double>{1, 2}), 12.706204736 * 0.5, 1e-8);
}

TEST(Statistics, OneValueHasNoInterval) {
  EXPECT_FALSE(student_half_width(std::vector<double>{3}).has_value());
}

TEST(Statistics, EqualValuesHaveAnEmptyInterval) {
  EXPECT_DOUBLE_EQ(*student_half_width(std::vector<double>{4, 4, 4}), 0);
}

TEST(Statistics, NoMissesInFiveThousandIsNotNever) {
  const Interval interval = *clopper_pearson(0, 5'000);
  EXPECT_DOUBLE_EQ(interval.low, 0);
  EXPECT_NEAR(interval.high, 1 - std::pow(0.025, 1.0 / 5'000), 1e-10);
}

TEST(Statistics, ClopperPearsonInTheMiddleAndAtTheTop) {
  const Interval middle = *clopper_pearson(3, 10);
  EXPECT_NEAR(middle.low, 0.06673951, 1e-8);
  EXPECT_NEAR(middle.high, 0.65245285, 1e-8);
  const Interval top = *clopper_pearson(10, 10);
  EXPECT_NEAR(top.low, std::pow(0.025, 0.1), 1e-10);
  EXPECT_DOUBLE_EQ(top.high, 1);
}

// 1 - 0.99^459 is the first above 99%.
TEST(Statistics, SoManyValuesShowAPercentile) {
  EXPECT_EQ(values_needed(0.99, 0, 0.99), 459U);
  EXPECT_EQ(values_needed(0.99, 1, 0.99), 662U);
  EXPECT_EQ(values_needed(0.999, 0, 0.99), 4603U);
  EXPECT_EQ(values_needed(0.95, 0, 0.95), 59U);
  EXPECT_FALSE(quantile_is_within(0.99, 0, 0, 0.99));
  EXPECT_FALSE(quantile_is_within(0.99, 5, 5, 0.99));
  for (const std::uint64_t above : {0U, 1U, 2U, 7U, 100U}) {
    const std::uint64_t needed = values_needed(0.99, above, 0.99);
    EXPECT_TRUE(quantile_is_within(0.99, above, needed, 0.99)) << above;
    EXPECT_FALSE(quantile_is_within(0.99, above, needed - 1, 0.99)) << above;
  }
}

// Expected ranks are by sums of binomial terms.
TEST(Statistics, RanksOfAQuantileInterval) {
  const RankInterval median = quantile_ranks(0.5, 100, 0.95);
  EXPECT_EQ(median.low, 40U);
  EXPECT_EQ(median.high, 61U);
  const RankInterval tail = quantile_ranks(0.99, 1000, 0.95);
  EXPECT_EQ(tail.low, 983U);
  EXPECT_EQ(tail.high, 997U);
  const RankInterval few = quantile_ranks(0.99, 100, 0.95);
  EXPECT_EQ(few.low, 97U);
  EXPECT_EQ(few.high, std::nullopt);
  const RankInterval one = quantile_ranks(0.5, 1, 0.95);
  EXPECT_EQ(one.low, std::nullopt);
  EXPECT_EQ(one.high, std::nullopt);
}

TEST(Statistics, NoTrialsHaveNoRate) { EXPECT_FALSE(clopper_pearson(0, 0).has_value()); }

TEST(Statistics, PairedDifferencesSeeWhatSpreadWouldHide) {
  const std::vector<double> before = {100, 200, 300};
  const std::vector<double> after = {101, 201.1, 300.9};
  const Interval interval = *paired_difference(before, after);
  EXPECT_GT(interval.low, 0.7);
  EXPECT_LT(interval.high, 1.3);
  EXPECT_NEAR((interval.low + interval.high) / 2, 1.0, 1e-9);
}

TEST(Statistics, RoundedKeepsTenDigitsAndNoNegativeZero) {
  EXPECT_EQ(rounded(1.0 / 3), 0.3333333333);
  EXPECT_EQ(rounded(123456789012.0), 123456789000.0);
  EXPECT_FALSE(std::signbit(rounded(-0.0)));
  EXPECT_EQ(rounded(0.1 + 0.2), 0.3);
}

}  // namespace
}  // namespace daris
