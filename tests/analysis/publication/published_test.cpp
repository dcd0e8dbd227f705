// Tests read_published(): points are validated and trimmed while a report is read, whatever its size.
#include "analysis/publication/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "base/host/files.h"
#include "base/json/json.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMany = 260;  // more than two threads validate together

Json committed() {
  const std::string file = std::string(DARIS_SOURCE_FOLDER) + "/analysis/results/h100-80gb-hbm3/long.json";
  return Json::parse(read_text_file(file).value());
}

Json with_points(Json report, std::size_t count) {
  const Json point = report["points"][0];
  report["points"] = std::vector<Json>(count, point);
  return report;
}

Result<Published> read(const Json& report) {
  const std::string file = ::testing::TempDir() + "published.json";
  std::ofstream(file) << report.dump();
  const std::vector<std::string> files{file};
  return read_published(files, 2);
}

TEST(ReadPublished, DropsWhatIsNotPublished) {
  const Json report = with_points(committed(), kMany);
  const Result<Published> published = read(report);
  ASSERT_TRUE(published.ok()) << published.error().message;
  const Json& points = published.value().reports.front().content["points"];
  ASSERT_EQ(points.size(), kMany);
  for (const Json& point : points) {
    EXPECT_EQ(point["config"], report["points"][0]["config"]);
    EXPECT_EQ(point["results"]["on_time_jobs_per_s"], report["points"][0]["results"]["on_time_jobs_per_s"]);
    for (const Json& level : point["results"]["levels"]) {
      EXPECT_TRUE(level["response_time_ms"].contains("p99"));
      EXPECT_FALSE(level["response_time_ms"].contains("histogram"));
    }
    for (const Json& task : point["results"]["tasks"]) EXPECT_EQ(task.size(), 1U);
  }
}

TEST(ReadPublished, NamesTheWrongPointOfMany) {
  for (const std::size_t wrong : {std::size_t{0}, kMany - 1}) {
    Json report = with_points(committed(), kMany);
    report["points"][wrong]["results"]["slot_utilization"] = 2;
    const Result<Published> published = read(report);
    ASSERT_FALSE(published.ok());
    EXPECT_THAT(published.error().message,
                HasSubstr("[points][" + std::to_string(wrong) + "][results][slot_utilization]"));
  }
}

TEST(ReadPublished, TheSchemaMayStandBehindThePoints) {
  const Json report = with_points(committed(), 2);
  Json turned = {{"points", report["points"]}};
  turned.update(report);
  const Result<Published> published = read(turned);
  ASSERT_TRUE(published.ok()) << published.error().message;
  EXPECT_EQ(published.value().reports.front().content["points"],
            read(report).value().reports.front().content["points"]);
}

}  // namespace
}  // namespace daris
