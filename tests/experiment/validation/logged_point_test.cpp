#include "experiment/validation/logged_point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/json/json.h"

namespace daris {
namespace {

const std::string kLogs = std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/live-logs/";

TEST(LoggedPoint, IsCountedAsItsRunWas) {
  const Result<Json> point = point_of_log(kLogs + "green.jsonl");
  ASSERT_TRUE(point.ok()) << point.error().message;
  const Json& results = point.value()["results"];
  EXPECT_EQ(results["window_s"], 0.1);
  EXPECT_EQ(results["throughput_jobs_per_s"], 580);
  ASSERT_EQ(results["tasks"].size(), 6U);
  EXPECT_EQ(results["tasks"][0]["name"], "resnet18-level0");
  EXPECT_EQ(results["tasks"][0]["count"], 6);
  EXPECT_EQ(results["levels"].size(), 2U);
  EXPECT_EQ(point.value()["granted_sms"], Json({16, 16}));
  EXPECT_TRUE(results["runtime"].is_null());
}

TEST(LoggedPoint, OfARunThatWasCutIsPartial) {
  std::ifstream whole(kLogs + "green.jsonl");
  const std::string cut = ::testing::TempDir() + "cut.jsonl";
  std::ofstream part(cut);
  std::string line;
  for (int i = 0; i < 100 && std::getline(whole, line); ++i) part << line << '\n';
  part.close();
  const Result<Json> point = point_of_log(cut);
  ASSERT_TRUE(point.ok()) << point.error().message;
  EXPECT_EQ(point.value()["partial"], true);
  EXPECT_EQ(point_of_log(kLogs + "green.jsonl").value()["partial"], false);
}

}  // namespace
}  // namespace daris
