#include "analysis/publication/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>

#include "analysis/publication/claim_points.h"
#include "analysis/publication/verdicts.h"
#include "analysis/report/statistics.h"
#include "base/json/json.h"
#include "base/json/schema.h"
#include "base/json/schemas.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kFolder = std::string(DARIS_SOURCE_FOLDER) + "/experiments/";

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
  EXPECT_THAT(judge(claim).why, HasSubstr("no point to compare it with"));
  claim.what.figure = "energy";
  EXPECT_THAT(judge(claim).why, HasSubstr("no point has its configuration and energy"));
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
  const Result<Claims> claims = read_claims(kFolder + "claims.json");
  ASSERT_TRUE(claims.ok()) << claims.error().message;
  const std::vector<std::string> files{kFolder + "published/rtx2080ti.json"};
  const Result<Published> published = read_published(files, 1);
  ASSERT_TRUE(published.ok()) << published.error().message;
  const std::vector<ClaimResult> results = judge_claims(claims.value(), worlds_of(published.value()));
  const auto found = std::find_if(results.begin(), results.end(), [](const auto& one) {
    return one.claim->name == "over-batching-resnet18";
  });
  ASSERT_NE(found, results.end());
  EXPECT_NEAR(found->value.value(), 1.137, 0.001);  // 1134.2 jobs per second over 997.5
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
  constexpr int kDraws = 1000;
  for (int i = 0; i < kDraws; ++i) {
    const std::vector<double> a = draws(random, 5, 120, 3);
    const std::vector<double> b = draws(random, 5, 100, 3);
    Published published;
    Json points = Json::array();
    points.push_back(
        {{"config", {{"policy", "new"}}}, {"figures", {{"jobs", {{"value", mean(a)}, {"values", a}}}}}});
    points.push_back(
        {{"config", {{"policy", "old"}}}, {"figures", {{"jobs", {{"value", mean(b)}, {"values", b}}}}}});
    published.others.push_back({"made-up.json", "", Json{{"gpu", "GPU"}, {"points", points}}});
    const Interval interval =
        judge_claims({"somebody", "", {ratio(1)}}, worlds_of(published)).front().interval_95.value();
    covered += interval.low <= 1.2 && 1.2 <= interval.high;
  }
  EXPECT_GE(covered, 930);
  EXPECT_LE(covered, 970);
}

}  // namespace
}  // namespace daris
