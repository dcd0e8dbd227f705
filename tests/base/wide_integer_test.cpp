#include "base/wide_integer.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

constexpr std::int64_t kLarge = (std::int64_t{1} << 40) - 1;

TEST(WideInteger, RoundsDownAndUp) {
  EXPECT_EQ(multiply_divide(100, 1, 3), 33);
  EXPECT_EQ(multiply_divide(100, 3, 3), 100);
  EXPECT_EQ(multiply_divide_up(100, 1, 3), 34);
  EXPECT_EQ(multiply_divide_up(100, 3, 3), 100);
  EXPECT_EQ(multiply_divide_up(0, 3, 3), 0);
}

TEST(WideInteger, SurvivesProductsBeyond64Bits) {
  EXPECT_EQ(multiply_divide(kLarge, kLarge, kLarge), kLarge);
  EXPECT_EQ(multiply_divide(kLarge, kLarge, kLarge + 1), kLarge - 1);
  EXPECT_EQ(multiply_divide_up(kLarge, kLarge, kLarge + 1), kLarge);
  EXPECT_EQ(multiply_divide_up(kLarge, kLarge, 1), WideInteger{kLarge} * kLarge);
}

}  // namespace
}  // namespace daris
