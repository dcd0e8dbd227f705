#include "workloads/arrivals/philox_stream.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

namespace daris {
namespace {

TEST(PhiloxStream, GivesThePublishedNumbers) {
  // Random123's kat_vectors: philox4x32-10 with counter 0 and key 0 gives 6627e8d5 e169c58d bc57ac4c
  // 9b00dbd8. A stream whose key is all zeros but for its purpose can't show them, so the purpose is zero
  // here.
  PhiloxStream stream({0, 0, 0, 0, DrawPurpose{0}});
  EXPECT_EQ(stream.next_u64(), 0xe169c58d6627e8d5U);
  EXPECT_EQ(stream.next_u64(), 0x9b00dbd8bc57ac4cU);
}

TEST(PhiloxStream, EveryPartOfTheKeyCounts) {
  const StreamKey keys[] = {{1, 2, 3, 4, DrawPurpose::kOffset},
                            {2, 2, 3, 4, DrawPurpose::kOffset},
                            {1 + (std::uint64_t{1} << 32), 2, 3, 4, DrawPurpose::kOffset},
                            {1, 3, 3, 4, DrawPurpose::kOffset},
                            {1, 2, 4, 4, DrawPurpose::kOffset},
                            {1, 2, 3, 5, DrawPurpose::kOffset},
                            {1, 2, 3, 4, DrawPurpose::kArrival}};
  std::set<std::uint64_t> firsts;
  for (const StreamKey& key : keys) firsts.insert(PhiloxStream(key).next_u64());
  EXPECT_EQ(firsts.size(), 7U);
}

TEST(PhiloxStream, UnitsAreUniformAndNeverAtTheEnds) {
  PhiloxStream stream({7, 0, 0, 0, DrawPurpose::kArrival});
  constexpr int kNumbers = 1'000'000;
  double sum = 0;
  double square_sum = 0;
  for (int i = 0; i < kNumbers; ++i) {
    const double unit = stream.next_unit();
    ASSERT_GT(unit, 0);
    ASSERT_LT(unit, 1);
    sum += unit;
    square_sum += unit * unit;
  }
  // Four standard errors: 4 / sqrt(12 n), and 4 sqrt(4/45 / n).
  EXPECT_NEAR(sum / kNumbers, 0.5, 0.0012);
  EXPECT_NEAR(square_sum / kNumbers, 1.0 / 3, 0.0012);
}

TEST(PhiloxStream, NextBelowCoversItsRangeEvenly) {
  PhiloxStream stream({7, 0, 0, 0, DrawPurpose::kArrival});
  int counts[10] = {};
  for (int i = 0; i < 100'000; ++i) ++counts[stream.next_below(10)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);  // four standard errors: 380
  EXPECT_EQ(stream.next_below(1), 0U);
}

TEST(PhiloxStream, NextBelowScalesWithItsBound) {
  const StreamKey key = {7, 0, 0, 0, DrawPurpose::kArrival};
  PhiloxStream small(key);
  PhiloxStream large(key);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t share = small.next_below(1000);
    EXPECT_EQ(large.next_below(1'000'000) / 1000, share);
  }
}

}  // namespace
}  // namespace daris
