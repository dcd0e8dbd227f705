#include "analysis/report/slo.h"

#include <gtest/gtest.h>

#include <vector>

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

// Of `jobs` response times, `above` take 3 ms, and the others 1.5 ms.
Tally answered(std::uint64_t jobs, std::uint64_t above) {
  Tally result = tally(jobs, 0, 0);
  for (std::uint64_t job = 0; job < jobs; ++job)
    result.response_ns.record(job < above ? 3'000'000 : 1'500'000);
  return result;
}

TEST(Slo, ResponseTimesAndMissesInARow) {
  Slo slo;
  slo.response_p99_ms_max = 2;
  slo.consecutive_misses_max = 1;
  Tally measured = answered(1, 0);
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
}

// The exact bound of 99% is within the limit from 459 jobs on if none is above it, and from 662 on if one is.
TEST(Slo, APercentileIsMetOnceEnoughJobsShowIt) {
  Slo slo;
  slo.response_p99_ms_max = 2;
  struct Case {
    std::uint64_t jobs;
    std::uint64_t above;
    std::optional<bool> met;
    std::uint64_t missing;
  };
  for (const Case& one : std::vector<Case>{{458, 0, {}, 1},
                                           {459, 0, true, 0},
                                           {1, 0, {}, 458},
                                           {661, 1, {}, 1},
                                           {662, 1, true, 0},
                                           {100, 1, {}, 562},
                                           {99, 1, false, 0},
                                           {2000, 21, false, 0}}) {
    const SloOutcome outcome = judge(slo, answered(one.jobs, one.above));
    EXPECT_EQ(outcome.met, one.met) << one.jobs << " " << one.above;
    EXPECT_EQ(outcome.margins[0].jobs_missing, one.missing) << one.jobs << " " << one.above;
  }
}

// From 44 jobs on if none is above it, and from 64 on if one is: the counts of MLPerf's single stream.
TEST(Slo, ThePercentile90NeedsFewerJobs) {
  Slo slo;
  slo.response_p90_ms_max = 2;
  const auto met = [&](std::uint64_t jobs, std::uint64_t above) {
    return judge(slo, answered(jobs, above)).met;
  };
  EXPECT_EQ(met(43, 0), std::nullopt);
  EXPECT_EQ(met(44, 0), true);
  EXPECT_EQ(met(63, 1), std::nullopt);
  EXPECT_EQ(met(64, 1), true);
  EXPECT_EQ(met(64, 7), false) << "7 of 64 are more than a tenth";
  EXPECT_EQ(judge(slo, answered(63, 1)).margins[0].limit, "response_p90_ms_max");
  EXPECT_EQ(judge(slo, answered(63, 1)).margins[0].jobs_missing, 1U);
}

// 2,000 jobs were answered within the limit. Others were unfinished when the run ended.
TEST(Slo, UnfinishedJobsCountByTheirAge) {
  Slo slo;
  slo.response_p99_ms_max = 2;
  struct Case {
    std::uint64_t unfinished;
    std::uint64_t old;  // of these, older than the limit
    std::optional<bool> met;
  };
  for (const Case& one : std::vector<Case>{{5, 0, true},
                                           {5, 5, true},
                                           {21, 0, {}},  // nobody knows whether they will be above it
                                           {15'000, 0, {}},
                                           {21, 21, false},  // more than one of a hundred is above it
                                           {15'000, 200, false}}) {
    Tally measured = answered(2000, 0);
    measured.unfinished = one.unfinished;
    measured.unfinished_past_limit = one.old;
    const SloOutcome outcome = judge(slo, measured);
    EXPECT_EQ(outcome.met, one.met) << one.unfinished << " " << one.old;
    EXPECT_EQ(outcome.margins[0].jobs_missing > 0, !one.met.has_value());
  }
}

TEST(Slo, WithoutJobsNoLimitIsShown) {
  Slo slo;
  slo.miss_rate_max = 0;
  slo.loss_rate_max = 1;
  slo.response_p99_ms_max = 1000;
  slo.consecutive_misses_max = 1'000'000;
  const SloOutcome outcome = judge(slo, tally(0, 0, 0));
  EXPECT_EQ(outcome.met, std::nullopt);
  for (const SloMargin& margin : outcome.margins)
    EXPECT_EQ(margin.jobs_missing, margin.limit == "response_p99_ms_max" ? 459U : 1U) << margin.limit;
}

TEST(Slo, IfAllJobsWereRejectedMissesInARowAreNotShown) {
  Slo slo;
  slo.consecutive_misses_max = 0;
  EXPECT_EQ(judge(slo, tally(10, 10, 0)).met, std::nullopt);
  EXPECT_EQ(judge(slo, tally(10, 9, 0)).met, true);
}

TEST(Slo, ABrokenLimitCountsMoreThanOneThatIsNotShown) {
  Slo slo;
  slo.response_p99_ms_max = 2;
  slo.miss_rate_max = 0;
  Tally measured = answered(10, 0);
  EXPECT_EQ(judge(slo, measured).met, std::nullopt);
  measured.missed = 1;
  EXPECT_EQ(judge(slo, measured).met, false);
}

}  // namespace
}  // namespace daris
