#include "base/host/progress.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

using Seconds = std::chrono::duration<double>;

TEST(ProgressLine, SaysHowFarAndHowLong) {
  EXPECT_EQ(progress_line(50, 200, "points", Seconds(30)),
            "50/200 points   25%  [#####...............]  1:30 left");
  EXPECT_EQ(progress_line(1, 1000, "points", Seconds(10)),
            "1/1000 points    0%  [....................]  2:46:30 left");
}

TEST(ProgressLine, LeavesTheBarOutIfItIsTold) {
  EXPECT_EQ(progress_line(50, 200, "points", Seconds(30), false), "50/200 points   25%  1:30 left");
}

TEST(ProgressLine, GuessesNothingBeforeTheFirst) {
  EXPECT_EQ(progress_line(0, 8, "points", Seconds(5)), "0/8 points    0%  [....................]");
}

TEST(ProgressLine, SaysAtTheEndWhatItTook) {
  EXPECT_EQ(progress_line(8, 8, "points", Seconds(61.2)),
            "8/8 points  100%  [####################]  took 1:02");
}

TEST(ClockText, RoundsUpToWholeSeconds) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(59.1), "1:00");
  EXPECT_EQ(clock_text(9966), "2:46:06");
  EXPECT_EQ(clock_text(-3), "0:00");
}

}  // namespace
}  // namespace daris
