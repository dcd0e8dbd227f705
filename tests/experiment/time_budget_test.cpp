#include "experiment/time_budget.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daris {
namespace {

Point point_of(const std::string& id, std::int64_t seconds, std::uint32_t replications = 1) {
  Point point;
  point.id = id;
  point.config.duration = Duration::from_ns(seconds * 1'000'000'000);
  point.config.replications = replications;
  return point;
}

class TimeBudgetTest : public ::testing::Test {
 protected:
  double now_s_ = 0;
  TimeBudget budget_{Duration::from_ns(100'000'000'000), [this] { return now_s_; }};
};

TEST_F(TimeBudgetTest, BeginsTheFirstPointHoweverLate) {
  now_s_ = 500;
  EXPECT_TRUE(budget_.admits(point_of("a", 10)));
  EXPECT_FALSE(budget_.admits(point_of("b", 10)));
  EXPECT_TRUE(budget_.used_up());
}

TEST_F(TimeBudgetTest, GoesByTheSlowestPointSoFar) {
  ASSERT_TRUE(budget_.admits(point_of("a", 10)));
  now_s_ = 30;  // three times as long as it measures
  budget_.finished(point_of("a", 10), 1);
  ASSERT_TRUE(budget_.admits(point_of("b", 10)));
  now_s_ = 40;
  budget_.finished(point_of("b", 10), 1);
  EXPECT_TRUE(budget_.admits(point_of("c", 10, 2))) << "it ends at 100";
  EXPECT_FALSE(budget_.used_up());
  EXPECT_FALSE(budget_.admits(point_of("d", 21))) << "it ends at 103";
  EXPECT_TRUE(budget_.used_up());
  EXPECT_FALSE(budget_.admits(point_of("e", 1))) << "though it would end in time";
}

TEST_F(TimeBudgetTest, SaysHowLongTheRestTakes) {
  EXPECT_EQ(budget_.seconds_of({}), std::nullopt) << "nothing is known yet";
  ASSERT_TRUE(budget_.admits(point_of("a", 10)));
  now_s_ = 30;
  budget_.finished(point_of("a", 10), 1);
  ASSERT_TRUE(budget_.admits(point_of("b", 10)));
  now_s_ = 40;
  budget_.finished(point_of("b", 10), 1);
  const std::vector<Point> left{point_of("c", 5), point_of("d", 10, 3)};
  EXPECT_DOUBLE_EQ(budget_.seconds_of(left).value(), 70) << "35 s, each of which takes 2";
}

// The first round of both has 10 replications, and at most 200 are allowed.
TEST_F(TimeBudgetTest, CountsAllReplicationsOfAPrecision) {
  Point precise = point_of("a", 1, 10);
  precise.config.precision = 0.01;
  precise.config.replications_max = 200;
  ASSERT_TRUE(budget_.admits(precise));
  now_s_ = 4;  // a tenth of a second for each that it measures
  budget_.finished(precise, 40);
  const std::vector<Point> left{precise, precise};
  EXPECT_DOUBLE_EQ(budget_.seconds_of(left).value(), 8) << "each as many replications as the first";
  precise.config.duration = Duration::from_ns(25'000'000'000);
  EXPECT_FALSE(budget_.admits(precise)) << "40 replications of 25 s end at 104";
}

TEST_F(TimeBudgetTest, ExpectsNoMoreReplicationsThanAreAllowed) {
  Point precise = point_of("a", 1, 10);
  precise.config.precision = 0.01;
  precise.config.replications_max = 200;
  ASSERT_TRUE(budget_.admits(precise));
  now_s_ = 20;
  budget_.finished(precise, 200);
  precise.config.duration = Duration::from_ns(10'000'000'000);
  precise.config.replications_max = 70;
  EXPECT_TRUE(budget_.admits(precise)) << "70 replications of 10 s end at 90";
}

}  // namespace
}  // namespace daris
