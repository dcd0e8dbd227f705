#include "runtime/host_gaps.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

using Work = HostGaps::Work;

// Pieces of one kind, one after the other.
class Pieces {
 public:
  explicit Pieces(Work work) : work_(work) { gaps.begin(Time()); }
  void add(std::int64_t took_ns, int times = 1) {
    for (int i = 0; i < times; ++i) {
      now_ = now_ + Duration::from_ns(took_ns);
      gaps.end_piece(work_, now_);
    }
  }
  HostGaps gaps;

 private:
  Work work_;
  Time now_;
};

TEST(HostGaps, AreTheTimeBeyondTheUsual) {
  Pieces pieces(Work::kIdle);
  pieces.add(1'000, 1'000);
  EXPECT_TRUE(pieces.gaps.untold().empty());
  pieces.add(31'000);
  ASSERT_EQ(pieces.gaps.untold().size(), 1U);
  const HostGap gap = pieces.gaps.untold()[0];
  EXPECT_EQ(gap.until, Time::from_ns(1'031'000));
  EXPECT_NEAR(static_cast<double>(gap.taken.ns()), 30'000, 64);
  EXPECT_FALSE(gap.in_call);
}

TEST(HostGaps, AreNoShorterThan20Us) {
  Pieces pieces(Work::kTurn);
  pieces.add(20'000);
  EXPECT_TRUE(pieces.gaps.untold().empty());
  pieces.add(20'001);
  EXPECT_EQ(pieces.gaps.untold().size(), 1U);
}

TEST(HostGaps, LongWorkIsNoneIfItIsUsual) {
  Pieces pieces(Work::kDecision);
  pieces.add(100'000, 200);
  pieces.gaps.forget();
  pieces.add(100'000, 1'000);
  pieces.add(700'000);
  EXPECT_TRUE(pieces.gaps.untold().empty());
  pieces.add(1'000'000);
  EXPECT_EQ(pieces.gaps.untold().size(), 1U);
}

TEST(HostGaps, DoNotBecomeUsual) {
  Pieces pieces(Work::kIdle);
  for (int i = 0; i < 100; ++i) {
    pieces.add(200, 1'000);
    pieces.add(50'000);
  }
  EXPECT_EQ(pieces.gaps.untold().size(), 100U);
}

TEST(HostGaps, InCallsOfTheExecutorAreToldApart) {
  for (const Work call : {Work::kLaunch, Work::kAdmission}) {
    Pieces pieces(call);
    pieces.add(40'000);
    ASSERT_EQ(pieces.gaps.untold().size(), 1U);
    EXPECT_TRUE(pieces.gaps.untold()[0].in_call);
  }
}

TEST(HostGaps, KindsOfWorkHaveTheirOwnUsualTime) {
  HostGaps gaps;
  gaps.begin(Time());
  Time now;
  for (int i = 0; i < 2'000; ++i) {
    gaps.end_piece(Work::kLaunch, now = now + Duration::from_ns(15'000));
    gaps.end_piece(Work::kIdle, now = now + Duration::from_ns(100));
  }
  gaps.end_piece(Work::kLaunch, now = now + Duration::from_ns(60'000));
  EXPECT_TRUE(gaps.untold().empty());
  gaps.end_piece(Work::kIdle, now + Duration::from_ns(60'000));
  EXPECT_EQ(gaps.untold().size(), 1U);
}

}  // namespace
}  // namespace daris
