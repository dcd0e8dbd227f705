#include "runtime/hang_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/fake_machine.h"

namespace daris {
namespace {

using testing::at_ns;
using ::testing::ElementsAre;
using testing::FakeMachine;
using testing::for_ns;
using ::testing::IsEmpty;

// Two contexts of two streams; a stage may take 400 ns, or 20 times its estimate, but at most 1000.
class HangWatchTest : public ::testing::Test {
 protected:
  std::vector<std::uint32_t> lost_at(std::int64_t ns) {
    std::vector<ContextLost> lost;
    watch_.check(at_ns(ns), machine_, lost);
    std::vector<std::uint32_t> contexts;
    contexts.reserve(lost.size());
    for (const ContextLost& one : lost) contexts.push_back(one.context.value());
    return contexts;
  }
  // Looks whenever it is due, from `from` to `to`.
  std::vector<std::uint32_t> lost_until(std::int64_t to) {
    std::vector<std::uint32_t> all;
    while (watch_.next() <= at_ns(to)) {
      const std::vector<std::uint32_t> now = lost_at(watch_.next().ns());
      all.insert(all.end(), now.begin(), now.end());
    }
    return all;
  }

  FakeMachine machine_{2, 2};
  HangWatch watch_{2, 2, {for_ns(400), for_ns(1'000)}};
};

TEST_F(HangWatchTest, GivesUpTheContextOfAStageThatTakesTooLong) {
  watch_.begin(SlotId(0), at_ns(0), for_ns(10));
  watch_.begin(SlotId(3), at_ns(0), for_ns(10));
  EXPECT_THAT(lost_until(400), IsEmpty());
  watch_.end(SlotId(0));
  EXPECT_THAT(lost_until(460), ElementsAre(1));
  EXPECT_THAT(machine_.abandoned, ElementsAre(ContextId(1)));
  EXPECT_THAT(lost_until(5'000), IsEmpty()) << "once";
}

TEST_F(HangWatchTest, LongStagesHaveMoreTimeUpToTheMost) {
  watch_.begin(SlotId(0), at_ns(0), for_ns(30));
  watch_.begin(SlotId(2), at_ns(0), for_ns(300));
  EXPECT_THAT(lost_until(600), IsEmpty());
  EXPECT_THAT(lost_until(660), ElementsAre(0));
  EXPECT_THAT(lost_until(1'000), IsEmpty());
  EXPECT_THAT(lost_until(1'060), ElementsAre(1));
}

TEST_F(HangWatchTest, TimeInWhichTheProgramStoodStillCountsForNoStage) {
  watch_.begin(SlotId(0), at_ns(0), for_ns(10));
  EXPECT_THAT(lost_until(300), IsEmpty());
  EXPECT_THAT(lost_at(10'000), IsEmpty()) << "a stage had no chance to be seen ending";
  EXPECT_THAT(lost_until(10'040), IsEmpty());
  EXPECT_THAT(lost_until(10'200), ElementsAre(0)) << "it really hangs";
}

// The program stood still between its look at the clock and the launch. The standstill counts once.
TEST_F(HangWatchTest, AStageLaunchedRightAfterAStandstillHasItsTimeAndNoMore) {
  EXPECT_THAT(lost_at(0), IsEmpty());
  watch_.begin(SlotId(0), at_ns(10'000), for_ns(10));
  EXPECT_THAT(lost_at(10'000), IsEmpty());
  EXPECT_EQ(watch_.longest_unseen(), for_ns(9'950));
  EXPECT_THAT(lost_until(10'340), IsEmpty());
  EXPECT_THAT(lost_until(10'460), ElementsAre(0));
}

TEST(HangLimits, DoNotOverflow) {
  const HangLimits limits{for_ns(1), for_ns(INT64_MAX)};
  EXPECT_EQ(limits.of(for_ns(INT64_MAX)), for_ns(INT64_MAX));
  EXPECT_EQ(limits.of(for_ns(0)), for_ns(1));
  EXPECT_EQ(HangLimits::fixed(for_ns(7)).of(for_ns(100)), for_ns(7));
}

}  // namespace
}  // namespace daris
