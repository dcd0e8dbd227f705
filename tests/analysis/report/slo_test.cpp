#include "analysis/report/slo.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

Tally tally(std::uint64_t released, std::uint64_t rejected, std::uint64_t missed) {
  Tally result;
  result.released = released;
  result.admitted = released - rejected;
  result.rejected[0] = rejected;
  result.missed = missed;
  return result;
}

TEST(Slo, WithoutLimitsThereIsNothingToMeet) { EXPECT_FALSE(judge({}, tally(10, 0, 0)).met.has_value()); }

TEST(Slo, AMissRateAtItsLimitIsMet) {
  Slo slo;
  slo.miss_rate_max = 0.25;
  const SloOutcome outcome = judge(slo, tally(8, 0, 2));
  EXPECT_EQ(outcome.met, true);
  ASSERT_EQ(outcome.margins.size(), 1U);
  EXPECT_EQ(outcome.margins[0].limit, "miss_rate_max");
  EXPECT_DOUBLE_EQ(*outcome.margins[0].margin, 0);
}

TEST(Slo, EachLimitCountsAndTheMarginSaysByHowMuch) {
  Slo slo;
  slo.miss_rate_max = 0.5;
  slo.loss_rate_max = 0.1;
  const SloOutcome outcome = judge(slo, tally(10, 2, 0));
  EXPECT_EQ(outcome.met, false);
  EXPECT_DOUBLE_EQ(*outcome.margins[0].margin, 0.5);
  EXPECT_DOUBLE_EQ(*outcome.margins[1].margin, -0.1);
}

TEST(Slo, ResponseTimesAndMissesInARow) {
  Slo slo;
  slo.response_p99_ms_max = 2;
  slo.consecutive_misses_max = 1;
  Tally measured = tally(1, 0, 0);
  measured.response_ns.record(1'500'000);
  measured.consecutive_misses_max = 2;
  const SloOutcome outcome = judge(slo, measured);
  EXPECT_EQ(outcome.met, false);
  EXPECT_DOUBLE_EQ(*outcome.margins[0].margin, 0.5);
  EXPECT_DOUBLE_EQ(*outcome.margins[1].margin, -1);
}

TEST(Slo, WhatWasNotMeasuredIsNotMet) {
  Slo slo;
  slo.miss_rate_max = 0.5;
  const SloOutcome all_rejected = judge(slo, tally(10, 10, 0));
  EXPECT_EQ(all_rejected.met, false);
  EXPECT_FALSE(all_rejected.margins[0].margin.has_value());
  EXPECT_FALSE(judge(slo, tally(0, 0, 0)).met.has_value());
}

}  // namespace
}  // namespace daris
