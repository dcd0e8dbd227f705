#include "runtime/rivals/rival_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/json/json.h"
#include "base/time.h"
#include "runtime/rivals/client_talk.h"

namespace daris {
namespace {

std::vector<std::int64_t> one_to(std::int64_t last) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(last));
  std::iota(values.rbegin(), values.rend(), 1);  // the order does not matter
  return values;
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(percentile(one_to(100), 99), 99);
  EXPECT_EQ(percentile(one_to(684), 99), 678);
  EXPECT_EQ(percentile(one_to(684), 50), 342);
  EXPECT_EQ(percentile(one_to(684), 100), 684);
  EXPECT_EQ(percentile({5}, 1), 5);
  EXPECT_EQ(percentile({}, 99), std::nullopt);
}

RivalPoint point() {
  RivalPoint point;
  point.rate_hz = 60;
  point.mps = true;
  point.window_s = 2;
  point.networks = {"resnet18", "resnet50", "resnet18"};
  LoopResult urgent{3, {kNsPerMs, 3 * kNsPerMs, 2 * kNsPerMs}, {1, 30'000, 30'000}};
  point.results = {urgent, {1000, {}, {}}, {400, {}, {}}, {600, {}, {}}};
  return point;
}

TEST(RivalDocument, SumsBestEffortByNetwork) {
  const Json document = rival_document({point()}, {"a GPU", "580.1", "13.0", "9.1", "2.11"}, "a command");
  EXPECT_EQ(document["provenance"]["gpu"], "a GPU");
  EXPECT_EQ(document["provenance"]["command"], "a command");
  const Json& best_effort = document["points"][0]["best_effort"];
  EXPECT_EQ(best_effort["processes"], 3);
  EXPECT_EQ(best_effort["jobs_per_s"], 1000);
  EXPECT_DOUBLE_EQ(best_effort["resnet18_equivalents_per_s"].get<double>(), 800 + 1.87 * 200);
  EXPECT_EQ(best_effort["networks"][0],
            Json({{"network", "resnet18"}, {"processes", 2}, {"jobs_per_s", 800.0}}));
  EXPECT_EQ(best_effort["networks"][1],
            Json({{"network", "resnet50"}, {"processes", 1}, {"jobs_per_s", 200.0}}));
}

TEST(RivalDocument, GivesResponsesInMilliseconds) {
  const Json urgent = rival_document({point()}, {}, "")["points"][0]["urgent"];
  EXPECT_EQ(urgent["response_time_ms"], Json({{"mean", 2.0}, {"p50", 2.0}, {"p99", 3.0}, {"max", 3.0}}));
  EXPECT_EQ(urgent["host_gaps"], Json({{"count", 1}, {"longest_ms", 0.03}, {"sum_ms", 0.03}}));
}

TEST(RivalDocument, WhatIsNotKnownIsNull) {
  RivalPoint empty = point();
  empty.results[0] = {};
  const Json document = rival_document({empty}, {}, "");
  EXPECT_TRUE(document["points"][0]["urgent"]["response_time_ms"]["p99"].is_null());
  EXPECT_TRUE(document["provenance"]["gpu"].is_null());
}

TEST(ClientTalk, IsReadAsItWasWritten) {
  const ClientSetup setup{"resnet50", 2, true, 15};
  EXPECT_EQ(decode_client_setup(encode_setup(setup)).value(), setup);
  const LoopPlan plan{1, 2, 1'700'000'000'000'000'123, 4};
  EXPECT_EQ(decode_plan(encode_plan(plan)).value(), plan);
  const ClientReady ready{true, 132};
  EXPECT_EQ(decode_ready(encode_ready(ready)).value(), ready);
  const LoopResult result{3, {5, 7, 6}, {1, 2, 3}};
  EXPECT_EQ(decode_result(encode_result(result)).value(), result);
}

TEST(ClientTalk, AnErrorStaysOne) {
  EXPECT_EQ(decode_ready(encode_ready(environment_error("no memory"))).error().message, "no memory");
  EXPECT_EQ(decode_result(encode_result(environment_error("no memory"))).error().message, "no memory");
  EXPECT_FALSE(decode_result("{}").ok());
  EXPECT_FALSE(decode_plan("no JSON").ok());
}

}  // namespace
}  // namespace daris
