#include "analysis/publication/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "analysis/publication/claim_points.h"
#include "analysis/publication/verdicts.h"
#include "analysis/report/statistics.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kFolder = std::string(DARIS_SOURCE_FOLDER) + "/";

// Published points of made-up figures: jobs per second of two policies, and misses.
Published sample() {
  const Json points = Json::parse(R"([
    {"config": {"policy": "new", "contexts": 4}, "figures": {
      "jobs": {"value": 120, "values": [119, 120, 121]}, "miss_rate": {"value": 0, "interval_95": [0, 0.001]},
      "first_ms": {"value": 5, "values": [4.9, 5, 5.1]}, "then_ms": {"value": 10, "values": [9.9, 10, 10.1]}}},
    {"config": {"policy": "new", "contexts": 8}, "figures": {
      "jobs": {"value": 110, "values": [100, 110, 120]}, "miss_rate": {"value": 0.1, "interval_95": [0.05, 0.2]}}},
    {"config": {"policy": "old"}, "figures": {"jobs": {"value": 100}}}])");
  Published published;
  published.others.push_back({"made-up.json", "", Json{{"gpu", "GPU"}, {"points", points}}});
  return published;
}

ClaimResult judge(const Claim& claim) {
  const Published published = sample();
  return judge_claims({"somebody", "", {claim}}, worlds_of(published)).front();
}

Claim ratio(double at_least) {
  Claim claim{"ratio",
              "more",
              {"jobs", {{"policy", {"new"}}}, "jobs"},
              ClaimSide{"jobs", {{"policy", {"old"}}}, "jobs"},
              Comparison::kRatio,
              at_least,
              true,
              false};
  return claim;
}

Claim misses(double at_most, int contexts) {
  return {"misses",
          "few",
          {"miss_rate", {{"contexts", {contexts}}}, "jobs"},
          std::nullopt,
          Comparison::kNone,
          at_most,
          false,
          false};
}

TEST(Claims, ARatioIsJudgedByItsInterval) {
  EXPECT_EQ(judge(ratio(1.15)).verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(judge(ratio(1.25)).verdict, ClaimVerdict::kFails);
  const ClaimResult near = judge(ratio(1.2));
  EXPECT_EQ(near.verdict, ClaimVerdict::kUndecided);
  EXPECT_DOUBLE_EQ(near.value.value(), 1.2);
  // Three runs of standard deviation 1: t(0.975, 2) / sqrt(3) in parts of 100.
  EXPECT_NEAR(near.interval_95->high - 1.2, 4.302653 / std::sqrt(3.0) / 100, 1e-7);
  EXPECT_THAT(near.why, HasSubstr("jobs 120 (new, 4 x ? OS ?) against jobs 100 (old); the interval holds"));
}

TEST(Claims, ARateIsJudgedByItsOwnInterval) {
  EXPECT_EQ(judge(misses(0.002, 4)).verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(judge(misses(0.0005, 4)).verdict, ClaimVerdict::kUndecided);
  EXPECT_EQ(judge(misses(0.02, 8)).verdict, ClaimVerdict::kFails);
}

TEST(Claims, WhatWasObservedNeedsNoInterval) {
  Claim claim = misses(0, 4);
  EXPECT_EQ(judge(claim).verdict, ClaimVerdict::kUndecided);
  claim.observed = true;
  EXPECT_EQ(judge(claim).verdict, ClaimVerdict::kHolds);
  claim = misses(0, 8);
  claim.observed = true;
  EXPECT_EQ(judge(claim).verdict, ClaimVerdict::kFails);
}

TEST(Claims, ADifferenceOfRatesNeedsNoReplications) {
  Claim claim = misses(0, 4);
  claim.against = ClaimSide{"miss_rate", {{"contexts", {8}}}, "jobs"};
  claim.comparison = Comparison::kDifference;
  const ClaimResult result = judge(claim);
  EXPECT_EQ(result.verdict, ClaimVerdict::kHolds);
  EXPECT_DOUBLE_EQ(result.value.value(), -0.1);
  EXPECT_NEAR(result.interval_95->low, -0.1 - std::hypot(0, 0.1), 1e-12);
  EXPECT_NEAR(result.interval_95->high, -0.1 + std::hypot(0.001, 0.05), 1e-12);
}

TEST(Claims, TwoFiguresOfOnePointAreCompared) {
  Claim claim{"first",
              "sooner",
              {"first_ms", {{"policy", {"new"}}}, "jobs"},
              ClaimSide{"then_ms", {}, "then_ms"},
              Comparison::kRatio,
              0.6,
              false,
              false};
  const ClaimResult result = judge(claim);
  EXPECT_EQ(result.verdict, ClaimVerdict::kHolds);
  EXPECT_DOUBLE_EQ(result.value.value(), 0.5);
}

TEST(Claims, WithoutAPointTheyAreUndecidedAndSayWhy) {
  Claim claim = ratio(1);
  claim.against->of = {{"policy", {"none"}}};
  EXPECT_EQ(judge(claim).verdict, ClaimVerdict::kUndecided);
  EXPECT_THAT(judge(claim).why, HasSubstr("; nothing was published of the other configuration"));
  claim.what.figure = "energy";
  EXPECT_THAT(judge(claim).why, HasSubstr("no energy in 2 points of its configuration"));
}

TEST(Claims, SettingsThatNobodyRecordedMatchAndOthersMustBeEqual) {
  const Json point = {{"config", {{"policy", "new"}, {"bound", "0.9"}}}, {"figures", Json::object()}};
  const ClaimPoint published(point, false);
  EXPECT_TRUE(published.matches({"jobs", {{"load", {1.5}}}, "jobs"}));
  EXPECT_TRUE(published.matches({"jobs", {{"bound", {0.9}}, {"policy", {"old", "new"}}}, "jobs"}));
  EXPECT_FALSE(published.matches({"jobs", {{"policy", {"old"}}}, "jobs"}));
  const Json reported = {{"config", {{"load", nullptr}, {"switches", {{"bound", "0.9"}}}}}};
  const ClaimPoint of_report(reported, true);
  EXPECT_FALSE(of_report.matches({"jobs", {{"load", {1.5}}}, "jobs"}));
  EXPECT_TRUE(of_report.matches({"jobs", {{"load", {nullptr}}, {"switches.bound", {0.9}}}, "jobs"}));
}

TEST(Claims, TheDocumentObeysItsSchema) {
  const Claims claims{"somebody", "abc", {ratio(1.15), misses(0.02, 99)}};
  const Published published = sample();
  const Json document = verdicts_to_json(claims, judge_claims(claims, worlds_of(published)), "daris report");
  const Status status = validate_document(Json::parse(schema_text("daris.verdicts")), document, "verdicts");
  EXPECT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(document["verdicts"][0]["verdict"], "holds");
  EXPECT_EQ(document["verdicts"][1]["value"], nullptr);
}

TEST(Claims, TheBundledOnesAreReadAndFindPublishedPoints) {
  const Result<Claims> claims = read_claims(kFolder + "experiments/claims.json");
  ASSERT_TRUE(claims.ok()) << claims.error().message;
  const std::vector<std::string> files{kFolder + "analysis/published/rtx2080ti-runs.json"};
  const Result<Published> published = read_published(files, 1);
  ASSERT_TRUE(published.ok()) << published.error().message;
  const std::vector<ClaimResult> results = judge_claims(claims.value(), worlds_of(published.value()));
  const auto found = std::find_if(results.begin(), results.end(), [](const auto& one) {
    return one.claim->name == "over-batching-resnet18";
  });
  ASSERT_NE(found, results.end());
  EXPECT_NEAR(found->value.value(), 1.137, 0.001);  // 1134.2 jobs per second over 997.5
}

// A report of points of these policies with jobs per second in each replication.
PublishedDocument report_of(const char* kind,
                            const std::vector<std::pair<Json, std::vector<double>>>& points) {
  Json list = Json::array();
  for (const auto& [config, values] : points) {
    Json point = {{"id", "point" + std::to_string(list.size())}, {"config", config}};
    point["results"]["throughput_jobs_per_s"] = mean(values);
    point["confidence"] = {{"half_width", Json::object()}, {"values", Json::object()}};
    if (values.size() > 1) point["confidence"]["values"]["throughput_jobs_per_s"] = values;
    list.push_back(point);
  }
  return {"report.json",
          "",
          {{"kind", kind},
           {"provenance", {{"gpu", "GPU"}, {"driver", nullptr}, {"versions", Json::object()}}},
           {"points", list}}};
}

Claim throughput_ratio() {
  Claim claim = ratio(1);
  claim.what.figure = claim.what.by = "throughput_jobs_per_s";
  claim.against->figure = claim.against->by = "throughput_jobs_per_s";
  return claim;
}

ClaimResult judge(const Claim& claim, const std::vector<PublishedDocument>& reports) {
  Published published;
  published.reports = reports;
  return judge_claims({"somebody", "", {claim}}, worlds_of(published)).front();
}

TEST(Claims, LiveRunsOfOneConfigurationArePooled) {
  const ClaimResult result =
      judge(throughput_ratio(),
            {report_of("live", {{{{"policy", "new"}, {"seed", 1}}, {118}}, {{{"policy", "old"}}, {99, 101}}}),
             report_of("live", {{{{"policy", "new"}, {"seed", 2}, {"duration_s", 5}}, {122}}})});
  EXPECT_DOUBLE_EQ(result.value.value(), 1.2);
  EXPECT_TRUE(result.interval_95.has_value());
  EXPECT_EQ(result.ids.size(), 3U);
}

TEST(Claims, OfSimulatedRunsTheOneWithMostReplicationsCounts) {
  const ClaimResult result =
      judge(throughput_ratio(),
            {report_of("simulated", {{{{"policy", "new"}, {"replications", 2}}, {129, 131}},
                                     {{{"policy", "old"}, {"replications", 2}}, {99, 101}},
                                     {{{"policy", "new"}, {"replications", 3}}, {119, 121, 126}}})});
  EXPECT_DOUBLE_EQ(result.value.value(), 1.2);
}

TEST(Claims, SimulatedRunsAreComparedByTheReplicationsOfBoth) {
  const ClaimResult result =
      judge(throughput_ratio(), {report_of("simulated", {{{{"policy", "new"}}, {120, 240, 600, 660}},
                                                         {{{"policy", "old"}}, {100, 200}}})});
  EXPECT_DOUBLE_EQ(result.value.value(), 1.2);
  EXPECT_NEAR(result.interval_95.value().low, 1.2, 1e-12);  // each pair has that ratio
  EXPECT_NEAR(result.interval_95.value().high, 1.2, 1e-12);
}

TEST(Claims, WhatRanOnceIsTakenToSpreadAsTheOtherSide) {
  const std::vector<double> often{98, 100, 102};
  const ClaimResult result = judge(
      throughput_ratio(), {report_of("live", {{{{"policy", "new"}}, {120}}, {{{"policy", "old"}}, often}})});
  const double half =
      *student_half_width(often) * std::sqrt(3.0) / 100 * std::hypot(1.2, 1.2 / std::sqrt(3.0));
  EXPECT_NEAR(result.interval_95.value().low, 1.2 - half, 1e-12);
  EXPECT_NEAR(result.interval_95.value().high, 1.2 + half, 1e-12);
  EXPECT_THAT(result.why, HasSubstr("ran once"));
}

TEST(ReadClaims, RefusesWhatIsWrong) {
  const std::string file = ::testing::TempDir() + "claims.json";
  const auto message = [&](const std::string& claims) {
    std::ofstream(file) << R"({"schema": "daris.claims", "version": 1, "source": "s", "claims": [)" << claims
                        << "]}";
    const Result<Claims> read = read_claims(file);
    return read.ok() ? "" : read.error().message;
  };
  const std::string good = R"({"name": "a", "text": "t", "what": {"figure": "f"}, "at_most": 1})";
  EXPECT_EQ(message(good), "");
  EXPECT_THAT(message(good + "," + good), HasSubstr("two are called \"a\""));
  EXPECT_THAT(message(R"({"name": "a", "text": "t", "what": {"figure": "f"}})"), HasSubstr("claims.json"));
  EXPECT_THAT(message(R"({"name": "a", "text": "t", "what": {"figur": "f"}, "at_most": 1})"),
              HasSubstr("figure"));
}

// Normal draws from whole numbers, so that they are the same everywhere.
double draw(std::mt19937& random) {
  double sum = 0;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random()) / 4294967296.0;
  return sum - 6;
}

std::vector<double> draws(std::mt19937& random, std::size_t count, double middle, double deviation) {
  std::vector<double> values(count);
  for (double& value : values) value = middle + deviation * draw(random);
  return values;
}

TEST(Claims, IntervalsOfRatiosCoverTheTrueRatioIn95Of100) {
  std::mt19937 random(2);
  int covered = 0;
  int covered_once = 0;  // of those of which one side ran once
  constexpr int kDraws = 1000;
  const auto covers = [&](const std::vector<double>& a, const std::vector<double>& b) {
    const Interval interval =
        judge(throughput_ratio(), {report_of("live", {{{{"policy", "new"}}, a}, {{{"policy", "old"}}, b}})})
            .interval_95.value();
    return interval.low <= 1.2 && 1.2 <= interval.high;
  };
  for (int i = 0; i < kDraws; ++i) {
    covered += static_cast<int>(covers(draws(random, 5, 120, 3), draws(random, 6, 100, 3)));
    covered_once += static_cast<int>(covers(draws(random, 1, 120, 3), draws(random, 5, 100, 2.5)));
  }
  for (const int count : {covered, covered_once}) {
    EXPECT_GE(count, 930);
    EXPECT_LE(count, 970);
  }
}

}  // namespace
}  // namespace daris
