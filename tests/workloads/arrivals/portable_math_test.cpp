#include "workloads/arrivals/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace daris {
namespace {

double relative_error(double value, double truth) {
  return truth == 0 ? std::abs(value) : std::abs(value / truth - 1);
}

TEST(PortableMath, LogIsAsGoodAsTheLibrary) {
  for (double x = 1e-300; x < 1e300; x *= 1.37)
    EXPECT_LT(relative_error(portable_log(x), std::log(x)), 1e-15) << x;
  for (double x = 0.5; x < 2; x += 0.000917)
    EXPECT_LT(relative_error(portable_log(x), std::log(x)), 1e-15) << x;
  EXPECT_EQ(portable_log(1), 0);
  EXPECT_NEAR(portable_log(5e-324), std::log(5e-324), 1e-12);
}

TEST(PortableMath, ExpIsAsGoodAsTheLibrary) {
  for (double x = -700; x < 700; x += 0.173)
    EXPECT_LT(relative_error(portable_exp(x), std::exp(x)), 1e-15) << x;
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-1e6), 0);
  EXPECT_NEAR(portable_exp(-740), std::exp(-740), 5e-324);
}

// What any other machine must give too, bit by bit.
TEST(PortableMath, BitsAreFixed) {
  EXPECT_EQ(portable_log(0.1), -0x1.26bb1bbb55515p+1);
  EXPECT_EQ(portable_log(3), 0x1.193ea7aad030bp+0);
  EXPECT_EQ(portable_exp(-2.5), 0x1.50385c094f425p-4);
  EXPECT_EQ(portable_exp(10), 0x1.5829dcf950560p+14);
}

}  // namespace
}  // namespace daris
