#include "base/histogram.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace daris {
namespace {

// Numbers over many orders of magnitude, from a small generator of our own.
std::vector<std::int64_t> spread_values(std::size_t count) {
  std::vector<std::int64_t> values;
  std::uint64_t state = 12345;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    values.push_back(static_cast<std::int64_t>((state >> 20) >> (state >> 59)));
  }
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

TEST(Histogram, CountSumLeastAndLargestAreExact) {
  const Histogram histogram = histogram_of({5, 1'000'003, 70});
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.sum(), 1'000'078U);
  EXPECT_EQ(histogram.least(), 5U);
  EXPECT_EQ(histogram.largest(), 1'000'003U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 1'000'078.0 / 3);
}

TEST(Histogram, SmallValuesHaveExactQuantiles) {
  Histogram histogram;
  for (std::int64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0), 1U);
  EXPECT_EQ(histogram.quantile(500'000), 50U);
  EXPECT_EQ(histogram.quantile(500'001), 51U);
  EXPECT_EQ(histogram.quantile(990'000), 99U);
  EXPECT_EQ(histogram.quantile(1'000'000), 100U);
}

TEST(Histogram, QuantilesOfAnyValuesAreWithinABucketOfTheTruth) {
  std::vector<std::int64_t> values = spread_values(10'000);
  const Histogram histogram = histogram_of(values);
  std::sort(values.begin(), values.end());
  for (const std::uint32_t ppm : {1U, 10'000U, 500'000U, 950'000U, 990'000U, 999'000U, 1'000'000U}) {
    const auto rank = static_cast<std::size_t>((std::uint64_t{values.size()} * ppm + 999'999) / 1'000'000);
    const auto truth = static_cast<double>(values[rank - 1]);
    const auto found = static_cast<double>(histogram.quantile(ppm));
    EXPECT_GE(found, truth) << ppm;
    EXPECT_LE(found, truth * (1 + 1.0 / 256)) << ppm;
  }
}

TEST(Histogram, PoolingInAnyOrderEqualsRecordingTogether) {
  const std::vector<std::int64_t> values = spread_values(3'000);
  const Histogram whole = histogram_of(values);
  const Histogram first = histogram_of({values.begin(), values.begin() + 1'000});
  const Histogram second = histogram_of({values.begin() + 1'000, values.end()});
  Histogram forwards = first;
  forwards.add(second);
  Histogram backwards;
  backwards.add(second);
  backwards.add(first);
  backwards.add(Histogram());
  for (std::uint32_t ppm = 0; ppm <= 1'000'000; ppm += 10'000) {
    ASSERT_EQ(forwards.quantile(ppm), whole.quantile(ppm));
    ASSERT_EQ(backwards.quantile(ppm), whole.quantile(ppm));
  }
  EXPECT_EQ(backwards.sum(), whole.sum());
  EXPECT_EQ(backwards.least(), whole.least());
}

TEST(Histogram, BarsHoldEveryValueOnceAndAscend) {
  const std::vector<std::int64_t> values = spread_values(5'000);
  std::uint64_t count = 0;
  std::uint64_t before = 0;
  for (const Histogram::Bar& bar : histogram_of(values).bars()) {
    EXPECT_TRUE(count == 0 || bar.upper > before);
    const auto inside = std::count_if(values.begin(), values.end(), [&](std::int64_t value) {
      const auto known = static_cast<std::uint64_t>(value);
      return known <= bar.upper && (count == 0 || known > before);
    });
    EXPECT_EQ(bar.count, static_cast<std::uint64_t>(inside));
    count += bar.count;
    before = bar.upper;
  }
  EXPECT_EQ(count, values.size());
}

TEST(Histogram, TakesValuesOutOfItsRange) {
  const Histogram histogram = histogram_of({-7, std::int64_t{1} << 50});
  EXPECT_EQ(histogram.least(), 0U);
  EXPECT_EQ(histogram.quantile(1'000'000), std::uint64_t{1} << 50);
}

TEST(HistogramDeathTest, AnEmptyOneHasNoQuantile) {
  EXPECT_DEATH((void)Histogram().quantile(500'000), "count_ > 0");
}

}  // namespace
}  // namespace daris
