#include "analysis/report/report_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/report/text_table.h"
#include "base/json/json.h"
#include "tests/analysis/report/sample_report.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReportTable, ShowsWhatDiffersInColumnsAndTheRestAbove) {
  Json report = testing::sample_report({"a", "b"});
  report["points"][1]["config"]["contexts"] = 6;
  report["points"][1]["config"]["switches"]["bound"] = "0.9";
  const std::string table = report_table(report, kAnyWidth);
  EXPECT_THAT(table, HasSubstr("  task_set = sample\n"));
  EXPECT_THAT(table, Not(HasSubstr("contexts =")));
  EXPECT_THAT(table, HasSubstr("contexts  bound  jobs/s  in time/s  L0 missed  L0 rejected  L0 p99 ms"));
  EXPECT_THAT(table, HasSubstr("\n2         1       110.0      108.5      1.36%         0.0%       3.00"));
  EXPECT_THAT(table, HasSubstr("\n6         0.9     110.0"));
}

TEST(ReportTable, WhatWasNotMeasuredIsADash) {
  const std::string table = report_table(testing::sample_report({"a"}), kAnyWidth);
  EXPECT_THAT(table, HasSubstr("   -            -          -")) << table;
}

TEST(ReportTable, NamesTheShapeThatWasChosen) {
  Json report = testing::sample_report({"a", "b", "c"});
  for (Json& point : report["points"]) {
    for (const char* const key : {"contexts", "streams", "oversubscription"}) point["config"].erase(key);
    point["config"]["shape"] = "auto";
  }
  report["points"][0]["shape"] = {{"contexts", 8}, {"streams", 2}, {"oversubscription", 1.5}};
  report["points"][1]["shape"] = report["points"][0]["shape"];
  report["points"][1]["shape"]["switches"] = {{"reserve", "1"}};
  report["points"][2]["shape"] = {{"contexts", 9}, {"streams", 1}, {"name", "shared-8x4"}};
  const std::string table = report_table(report, kAnyWidth);
  EXPECT_THAT(table, HasSubstr("\n8 x 2 OS 1.5 (auto) "));
  EXPECT_THAT(table, HasSubstr(" OS 1.5, reserve=1 (auto) "));
  EXPECT_THAT(table, HasSubstr("\nshared-8x4 (auto) "));
}

TEST(ReportTable, AnEmptyReportSaysSo) {
  EXPECT_EQ(report_table(testing::sample_report({}), kAnyWidth), "The report has no points.\n");
}

}  // namespace
}  // namespace daris
