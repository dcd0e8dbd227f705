#include "base/host/clock_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

TEST(ClockStep, TellsAClockThatWasSetFromOneThatIsKeptInStep) {
  Duration lead = Duration::from_ns(5'000 * kMs);
  const ClockStep clock([&] { return lead; });
  EXPECT_EQ(clock.so_far(), std::nullopt);
  lead = Duration::from_ns(5'040 * kMs);
  EXPECT_EQ(clock.warning(), std::nullopt);
  lead = Duration::from_ns(1'400 * kMs);
  EXPECT_EQ(clock.so_far(), Duration::from_ns(-3'600 * kMs));
  EXPECT_THAT(clock.warning().value_or(""), HasSubstr("was set by -3.6 s"));
}

TEST(ClockStep, NobodySetsTheClockOfThisMachineJustNow) { EXPECT_EQ(ClockStep().so_far(), std::nullopt); }

}  // namespace
}  // namespace daris
