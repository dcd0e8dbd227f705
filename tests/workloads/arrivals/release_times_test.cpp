#include "workloads/arrivals/release_times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace daris {
namespace {

constexpr std::int64_t kPeriodNs = 10'000'000;

TaskGroup group_of(ArrivalKind kind) {
  TaskGroup group;
  group.name = "task";
  group.period = Duration::from_ns(kPeriodNs);
  group.deadline = group.period;
  group.arrival.kind = kind;
  group.arrival.jitter_ms = 4;
  group.arrival.coefficient_of_variation = 2;
  group.arrival.trace = {Time::from_ns(0), Time::from_ns(5), Time::from_ns(5),
                         Time::from_ns(kPeriodNs * 20'000)};
  return group;
}

Time periods(std::int64_t count) { return Time::from_ns(count * kPeriodNs); }

std::vector<double> gaps_of(const std::vector<Time>& times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i)
    gaps.push_back(static_cast<double>((times[i] - times[i - 1]).ns()));
  return gaps;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double variation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size())) / mean;
}

constexpr ArrivalKind kAllKinds[] = {ArrivalKind::kPeriodic, ArrivalKind::kSporadic, ArrivalKind::kPoisson,
                                     ArrivalKind::kGamma, ArrivalKind::kTrace};

TEST(ReleaseTimes, AreAscendingAndBeforeTheEnd) {
  for (const ArrivalKind kind : kAllKinds) {
    const std::vector<Time> times = release_times(group_of(kind), {0, 0}, 1, 0, periods(1000));
    ASSERT_FALSE(times.empty());
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    EXPECT_GE(times.front(), Time());
    EXPECT_LT(times.back(), periods(1000));
  }
}

TEST(ReleaseTimes, ALaterEndOnlyAdds) {
  for (const ArrivalKind kind : kAllKinds) {
    const std::vector<Time> few = release_times(group_of(kind), {2, 3}, 9, 1, periods(100));
    const std::vector<Time> many = release_times(group_of(kind), {2, 3}, 9, 1, periods(30'000));
    ASSERT_GT(many.size(), few.size());
    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  }
}

TEST(ReleaseTimes, DependOnTheWholeKey) {
  for (const ArrivalKind kind :
       {ArrivalKind::kPeriodic, ArrivalKind::kSporadic, ArrivalKind::kPoisson, ArrivalKind::kGamma}) {
    const TaskGroup group = group_of(kind);
    const std::vector<Time> times = release_times(group, {0, 0}, 1, 0, periods(100));
    EXPECT_EQ(times, release_times(group, {0, 0}, 1, 0, periods(100)));
    EXPECT_NE(times, release_times(group, {1, 0}, 1, 0, periods(100)));
    EXPECT_NE(times, release_times(group, {0, 1}, 1, 0, periods(100)));
    EXPECT_NE(times, release_times(group, {0, 0}, 2, 0, periods(100)));
    EXPECT_NE(times, release_times(group, {0, 0}, 1, 1, periods(100)));
  }
}

TEST(ReleaseTimes, PeriodicStartAtTheOffset) {
  TaskGroup group = group_of(ArrivalKind::kPeriodic);
  group.offset = Duration::from_ns(3);
  EXPECT_EQ(release_times(group, {0, 0}, 1, 0, Time::from_ns(2 * kPeriodNs + 3)),
            (std::vector<Time>{Time::from_ns(3), Time::from_ns(kPeriodNs + 3)}));
  EXPECT_TRUE(release_times(group, {0, 0}, 1, 0, Time::from_ns(3)).empty());
}

TEST(ReleaseTimes, DrawnOffsetsAreUniformInThePeriod) {
  const TaskGroup group = group_of(ArrivalKind::kPeriodic);
  constexpr std::uint32_t kTasks = 20'000;
  double sum = 0;
  int early = 0;
  for (std::uint32_t copy = 0; copy < kTasks; ++copy) {
    const std::vector<Time> times = release_times(group, {0, copy}, 5, 0, periods(1));
    ASSERT_EQ(times.size(), 1U);
    sum += static_cast<double>(times[0].ns()) / kPeriodNs;
    early += times[0].ns() < kPeriodNs / 10 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kTasks, 0.5, 4 / std::sqrt(12.0 * kTasks));
  EXPECT_NEAR(early, kTasks / 10.0, 4 * std::sqrt(kTasks * 0.09));
}

TEST(ReleaseTimes, SporadicGapsKeepTheirBoundsAndMean) {
  const std::vector<double> gaps =
      gaps_of(release_times(group_of(ArrivalKind::kSporadic), {0, 0}, 1, 0, periods(100'000)));
  EXPECT_GE(*std::min_element(gaps.begin(), gaps.end()), 8e6);
  EXPECT_LT(*std::max_element(gaps.begin(), gaps.end()), 12e6);
  EXPECT_NEAR(mean_of(gaps), kPeriodNs, 4 * 4e6 / std::sqrt(12 * static_cast<double>(gaps.size())));
  EXPECT_NEAR(variation_of(gaps), 0.4 / std::sqrt(12.0), 0.002);
}

TEST(ReleaseTimes, GammaGapsHaveTheirMeanAndVariation) {
  for (const double variation : {0.3, 1.0, 2.0}) {
    TaskGroup group = group_of(ArrivalKind::kGamma);
    group.arrival.coefficient_of_variation = variation;
    const std::vector<double> gaps = gaps_of(release_times(group, {0, 0}, 3, 0, periods(400'000)));
    EXPECT_NEAR(mean_of(gaps) / kPeriodNs, 1, 4 * variation / std::sqrt(400'000.0)) << variation;
    EXPECT_NEAR(variation_of(gaps), variation, 0.02 * variation) << variation;
  }
}

TEST(ReleaseTimes, PoissonGapsAreExponential) {
  const std::vector<double> gaps =
      gaps_of(release_times(group_of(ArrivalKind::kPoisson), {0, 0}, 3, 0, periods(400'000)));
  EXPECT_NEAR(mean_of(gaps) / kPeriodNs, 1, 4 / std::sqrt(400'000.0));
  EXPECT_NEAR(variation_of(gaps), 1, 0.012);
  const auto longer =
      std::count_if(gaps.begin(), gaps.end(), [](double gap) { return gap > 2.0 * kPeriodNs; });
  EXPECT_NEAR(static_cast<double>(longer) / static_cast<double>(gaps.size()), std::exp(-2), 0.0022);
}

// They are in a steady state from the first instant on. On average over tasks the first period has as many
// releases as any other.
TEST(ReleaseTimes, PoissonAndGammaStartInTheirSteadyState) {
  for (const ArrivalKind kind : {ArrivalKind::kPoisson, ArrivalKind::kGamma}) {
    constexpr std::uint32_t kTasks = 20'000;
    double first = 0;
    double square_sum = 0;
    for (std::uint32_t copy = 0; copy < kTasks; ++copy) {
      const auto count =
          static_cast<double>(release_times(group_of(kind), {0, copy}, 11, 0, periods(1)).size());
      first += count;
      square_sum += count * count;
    }
    const double mean = first / kTasks;
    const double error = std::sqrt((square_sum / kTasks - mean * mean) / kTasks);
    EXPECT_NEAR(mean, 1, 4 * error);
  }
}

// Releases of two tasks in the same short intervals are uncorrelated.
TEST(ReleaseTimes, TasksAreIndependent) {
  constexpr std::size_t kIntervals = 20'000;
  const auto counts_of = [](std::uint32_t copy) {
    std::vector<double> counts(kIntervals);
    for (const Time time :
         release_times(group_of(ArrivalKind::kPoisson), {0, copy}, 1, 0, periods(kIntervals)))
      counts[static_cast<std::size_t>(time.ns() / kPeriodNs)] += 1;
    return counts;
  };
  const std::vector<double> a = counts_of(0);
  const std::vector<double> b = counts_of(1);
  const double mean_a = mean_of(a);
  const double mean_b = mean_of(b);
  double covariance = 0;
  for (std::size_t i = 0; i < kIntervals; ++i) covariance += (a[i] - mean_a) * (b[i] - mean_b);
  EXPECT_NEAR(covariance / kIntervals, 0,
              4 / std::sqrt(static_cast<double>(kIntervals)));  // both have variance 1
}

TEST(ReleaseTimes, TracesAreTakenAsTheyAreOrMovedByTheOffset) {
  TaskGroup group = group_of(ArrivalKind::kTrace);
  EXPECT_EQ(release_times(group, {0, 0}, 1, 0, Time::from_ns(6)),
            (std::vector<Time>{Time::from_ns(0), Time::from_ns(5), Time::from_ns(5)}));
  group.offset = Duration::from_ns(100);
  EXPECT_EQ(release_times(group, {0, 0}, 1, 0, Time::from_ns(105)), (std::vector<Time>{Time::from_ns(100)}));
}

TEST(ReleaseTimes, BurstsBeyondTheEndDoNotOverflow) {
  TaskGroup group = group_of(ArrivalKind::kGamma);
  group.period = Duration::from_ns(1'000'000'000'000'000);
  group.arrival.coefficient_of_variation = 10;
  for (std::uint32_t copy = 0; copy < 1000; ++copy) {
    const std::vector<Time> times = release_times(group, {0, copy}, 1, 0, periods(100));
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    for (const Time time : times) EXPECT_GE(time, Time());
  }
}

}  // namespace
}  // namespace daris
