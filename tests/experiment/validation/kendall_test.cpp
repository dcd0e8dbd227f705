#include "experiment/validation/kendall.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace daris {
namespace {

std::optional<double> tau(const std::vector<double>& a, const std::vector<double>& b, double tie = 0) {
  return kendall_tau_b(a, b, tie);
}

TEST(Kendall, IsOneForEqualOrdersAndMinusOneForOpposite) {
  EXPECT_EQ(tau({1, 2, 3, 10}, {5, 6, 7, 8}), 1);
  EXPECT_EQ(tau({1, 2, 3}, {3, 2, 1}), -1);
}

TEST(Kendall, CountsPairsThatDisagree) { EXPECT_DOUBLE_EQ(*tau({1, 2, 3, 4}, {1, 2, 4, 3}), 4.0 / 6); }

// By hand: 5 of 6 pairs of `a` have an order, all 6 of `b`, and all 5 agree.
TEST(Kendall, TiesCountForNeitherSide) {
  EXPECT_DOUBLE_EQ(*tau({1, 1, 2, 3}, {1, 2, 3, 4}), 5 / std::sqrt(5.0 * 6));
  EXPECT_FALSE(tau({1, 1, 1}, {1, 2, 3}));
  EXPECT_FALSE(tau({}, {}));
}

TEST(Kendall, ValuesNearerThanTheSpreadAreTied) {
  EXPECT_EQ(tau({100, 101, 200}, {2, 1, 3}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(*tau({100, 101, 200}, {2, 1, 3}, 0.01), 2 / std::sqrt(2.0 * 3));
}

}  // namespace
}  // namespace daris
