// MSER-5 on series whose warm-up is known.
#include "analysis/report/mser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/report/statistics.h"
#include "workloads/arrivals/philox_stream.h"

namespace daris {
namespace {

std::vector<double> series(std::size_t count, const std::function<double(std::size_t)>& value) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(value(i));
  return values;
}

// The sum of twelve even draws, less 6: almost normal.
double noise(PhiloxStream& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.next_unit();
  return sum;
}

TEST(Mser5, CutsAStepExactly) {
  const auto values = series(1000, [](std::size_t i) { return i < 100 ? 5.0 : static_cast<double>(i % 2); });
  const Truncation truncation = mser5(values);
  EXPECT_EQ(truncation.cut, 100U);
  EXPECT_TRUE(truncation.settled);
}

// Batch means are 10, 0, 1, 0, 1, ... By hand: without the first one the variance of the rest falls from
// above 4 to 0.25, and over the count it is least there.
TEST(Mser5, LooksAtBatchesOfFive) {
  const auto values = series(100, [](std::size_t i) {
    const std::size_t batch = i / 5;
    return batch == 0 ? 10.0 : static_cast<double>((batch + 1) % 2);
  });
  EXPECT_EQ(mser5(values).cut, 5U);
}

TEST(Mser5, CutsNothingOfAnEvenSeries) {
  EXPECT_EQ(mser5(series(1000, [](std::size_t) { return 3.0; })).cut, 0U);
  EXPECT_TRUE(mser5(series(1000, [](std::size_t) { return 3.0; })).settled);
}

TEST(Mser5, SaysThatATrendDoesNotSettle) {
  const Truncation truncation = mser5(series(1000, [](std::size_t i) { return static_cast<double>(i); }));
  EXPECT_FALSE(truncation.settled);
  EXPECT_LE(truncation.cut, 500U);
}

TEST(Mser5, CannotTellFromAFewValues) {
  EXPECT_FALSE(mser5(series(49, [](std::size_t) { return 1.0; })).settled);
  EXPECT_TRUE(mser5(series(50, [](std::size_t) { return 1.0; })).settled);
  EXPECT_EQ(mser5({}).cut, 0U);
}

// A queue that fills. The mean is 10, the noise 1, and the first values lie below it by 10 exp(-i / 50).
// Without a cut all means are too low by 0.25. What is left after the cut is less than a tenth of that.
TEST(Mser5, TakesTheBiasOutOfADecayingStart) {
  std::vector<double> raw;
  std::vector<double> cut;
  for (std::uint64_t draw = 0; draw < 200; ++draw) {
    PhiloxStream random({draw, 0, 0, 0, DrawPurpose::kOrder});
    const std::vector<double> values = series(2000, [&](std::size_t i) {
      return 10 - 10 * std::exp(-static_cast<double>(i) / 50) + noise(random);
    });
    const Truncation truncation = mser5(values);
    EXPECT_TRUE(truncation.settled);
    EXPECT_GE(truncation.cut, 50U);
    raw.push_back(daris::mean(values));
    cut.push_back(daris::mean(std::span(values).subspan(truncation.cut)));
  }
  EXPECT_NEAR(daris::mean(raw), 9.75, 0.01);
  EXPECT_NEAR(daris::mean(cut), 10, 0.025);
}

}  // namespace
}  // namespace daris
