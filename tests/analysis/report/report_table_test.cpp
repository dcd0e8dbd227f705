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

TEST(ReportTable, AnEmptyReportSaysSo) {
  EXPECT_EQ(report_table(testing::sample_report({}), kAnyWidth), "The report has no points.\n");
}

}  // namespace
}  // namespace daris
