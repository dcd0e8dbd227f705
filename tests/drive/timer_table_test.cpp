#include "drive/timer_table.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

Time at(std::int64_t ns) { return Time::from_ns(ns); }

TEST(TimerTable, HasNothingDueAtFirst) {
  TimerTable timers;
  EXPECT_EQ(timers.next(), Time::never());
  EXPECT_EQ(timers.take_due(at(1'000)), std::nullopt);
}

TEST(TimerTable, GivesWhatIsDueByAscendingNumber) {
  TimerTable timers;
  timers.set(TimerId(7), at(10));
  timers.set(TimerId(2), at(20));
  timers.set(TimerId(3), at(30));
  EXPECT_EQ(timers.next(), at(10));
  EXPECT_EQ(timers.take_due(at(25)), TimerId(2));
  EXPECT_EQ(timers.take_due(at(25)), TimerId(7));
  EXPECT_EQ(timers.take_due(at(25)), std::nullopt);
  EXPECT_EQ(timers.next(), at(30));
}

TEST(TimerTable, MovesATimerThatIsSetAgain) {
  TimerTable timers;
  timers.set(TimerId(0), at(10));
  timers.set(TimerId(1), at(15));
  timers.set(TimerId(0), at(20));
  EXPECT_EQ(timers.next(), at(15));
  timers.set(TimerId(0), at(5));
  EXPECT_EQ(timers.next(), at(5));
  timers.set(TimerId(0), Time::never());
  EXPECT_EQ(timers.next(), at(15));
}

}  // namespace
}  // namespace daris
