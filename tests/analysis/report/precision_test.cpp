// Sequential replications on made-up data of known means: the intervals cover these as often as they say.
#include "analysis/report/precision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "analysis/report/statistics.h"
#include "base/json/json.h"
#include "workloads/arrivals/philox_stream.h"

namespace daris {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(RelativeHalfWidth, IsHalfTheIntervalOverTheMean) {
  // Student's t of 2 degrees of freedom, 97.5%: 4.302653; the standard error is 1 / sqrt(3).
  EXPECT_NEAR(relative_half_width(std::vector<double>{9, 10, 11}).value(), 0.4302653 / std::sqrt(3), 1e-7);
  EXPECT_NEAR(relative_half_width(std::vector<double>{-9, -10, -11}).value(), 0.4302653 / std::sqrt(3), 1e-7);
  EXPECT_EQ(relative_half_width(std::vector<double>{0, 0}), 0) << "no miss at all is precise";
  EXPECT_EQ(relative_half_width(std::vector<double>{-1, 1}), std::nullopt);
  EXPECT_EQ(relative_half_width(std::vector<double>{5}), std::nullopt);
}

TEST(ReplicationsNeeded, GrowWithTheSquareOfTheWidth) {
  EXPECT_EQ(replications_needed(10, 0.02, 0.01, 1000), 40U);
  EXPECT_EQ(replications_needed(10, 0.0101, 0.01, 1000), 11U) << "one more at least";
  EXPECT_EQ(replications_needed(10, 0.5, 0.01, 1000), 1000U);
  EXPECT_EQ(replications_needed(10, 1e200, 1e-6, 1000), 1000U);
  EXPECT_EQ(replications_needed(10, std::nullopt, 0.01, 1000), 20U) << "not known yet";
  EXPECT_EQ(replications_needed(999, std::nullopt, 0.01, 1000), 1000U);
}

// Runs rounds until the mean is known to 5%, or 2,000 values are there.
std::vector<double> sample(const std::function<double()>& draw) {
  constexpr double kWanted = 0.05;
  constexpr std::uint32_t kMax = 2000;
  std::vector<double> values;
  std::uint32_t count = kPrecisionReplicationsMin;
  while (values.size() < count) {
    while (values.size() < count) values.push_back(draw());
    const std::optional<double> reached = relative_half_width(values);
    if ((reached && *reached <= kWanted) || count == kMax) break;
    count = replications_needed(count, reached, kWanted, kMax);
  }
  EXPECT_LE(relative_half_width(values).value(), kWanted);
  return values;
}

// The share of 1,000 such samples whose 95% interval holds the true mean.
double coverage(double mean, const std::function<double(PhiloxStream&)>& draw) {
  constexpr int kDraws = 1000;
  int covered = 0;
  for (int i = 0; i < kDraws; ++i) {
    PhiloxStream random({static_cast<std::uint64_t>(i), 0, 0, 0, DrawPurpose::kOrder});
    const std::vector<double> values = sample([&] { return draw(random); });
    covered += std::abs(daris::mean(values) - mean) <= student_half_width(values).value() ? 1 : 0;
  }
  return covered / static_cast<double>(kDraws);
}

double normal(PhiloxStream& random) {
  const double radius = std::sqrt(-2 * std::log(random.next_unit()));
  return radius * std::cos(2 * std::numbers::pi * random.next_unit());
}

TEST(Precision, IntervalsOfNormalFiguresCoverTheTruth) {
  const double covered = coverage(10, [](PhiloxStream& random) { return 10 + 1.5 * normal(random); });
  EXPECT_GE(covered, 0.93);
  EXPECT_LE(covered, 0.97);
}

TEST(Precision, IntervalsOfEvenFiguresCoverTheTruth) {
  const double covered = coverage(1, [](PhiloxStream& random) { return 0.5 + random.next_unit(); });
  EXPECT_GE(covered, 0.93);
  EXPECT_LE(covered, 0.97);
}

// As miss rates are: most are small, and a few are large.
TEST(Precision, IntervalsOfSkewedFiguresCoverTheTruth) {
  const double mean = std::exp(0.125);
  const double covered = coverage(mean, [](PhiloxStream& random) { return std::exp(0.5 * normal(random)); });
  EXPECT_GE(covered, 0.93);
  EXPECT_LE(covered, 0.97);
}

RunDescription one_level() {
  RunDescription run;
  run.groups = {{"cameras", 1, 0, {}}};
  return run;
}

RunResults jobs_in_time(std::uint64_t count) {
  RunResults results;
  results.window = Duration::from_ns(1'000'000'000);
  results.slots = 1;
  results.groups.resize(1);
  results.groups[0].window_on_time = count;
  return results;
}

TEST(PrecisionWatch, WantsMoreUntilEachFigureIsPrecise) {
  const RunDescription run = one_level();
  PrecisionWatch watch({0.1, {"on_time_jobs_per_s", "level0_throughput_jobs_per_s"}, 1000}, run);
  for (const std::uint64_t count : {90, 110, 90, 110, 90, 110, 90, 110}) watch.add(jobs_in_time(count));
  EXPECT_EQ(watch.wanted(), 8U) << "half the interval is 8.9%; the other figure is 0 in all";
  EXPECT_TRUE(watch.reached().holds());
  PrecisionWatch strict({0.05, {"on_time_jobs_per_s"}, 1000}, run);
  for (const std::uint64_t count : {90, 110, 90, 110, 90, 110, 90, 110}) strict.add(jobs_in_time(count));
  EXPECT_EQ(strict.wanted(), 26U) << "8 (8.937 / 5)^2 is 25.6";
  EXPECT_FALSE(strict.reached().holds());
}

TEST(PrecisionWatch, SaysSoIfTheMostCameFirst) {
  const RunDescription run = one_level();
  PrecisionWatch watch({0.05, {"on_time_jobs_per_s"}, 8}, run);
  for (const std::uint64_t count : {90, 110, 90, 110, 90, 110, 90, 110}) watch.add(jobs_in_time(count));
  EXPECT_EQ(watch.wanted(), 8U);
  EXPECT_EQ(precision_warning(watch.reached()),
            "precision: 8 replications give on_time_jobs_per_s to 8.94%, not to 5%");
  const Json json = precision_to_json(watch.reached());
  EXPECT_EQ(json["met"], false);
  EXPECT_NEAR(json["reached"]["on_time_jobs_per_s"].get<double>(), 0.08937, 1e-5);
  EXPECT_EQ(json["replications_max"], 8);
}

TEST(PrecisionWatch, NamesAFigureThatIsNotMeasured) {
  const RunDescription run = one_level();
  PrecisionWatch watch({0.05, {"level0_response_p99_ms"}, 10}, run);
  for (int i = 0; i < 10; ++i) watch.add(jobs_in_time(1));
  EXPECT_THAT(precision_warning(watch.reached()).value(), HasSubstr("to a share that is not known"));
}

TEST(FigureNames, HaveThoseOfEachLevel) {
  const std::vector<std::string> names = figure_names(one_level());
  EXPECT_THAT(names, Contains("on_time_jobs_per_s"));
  EXPECT_THAT(names, Contains("level0_response_p99_ms"));
  EXPECT_THAT(names, ::testing::Not(Contains("level1_response_p99_ms")));
}

}  // namespace
}  // namespace daris
