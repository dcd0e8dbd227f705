#include "analysis/report/saturation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

TEST(Saturation, WarnsWhereTheMachineChangedWhileTheRunWasMeasured) {
  EXPECT_THAT(drift_warning({1000, 940}).value_or(""),
              ::testing::HasSubstr("1000 jobs a second before the run and 940"));
  EXPECT_THAT(drift_warning({940, 1000}).value_or(""),
              ::testing::HasSubstr("940 jobs a second before the run and 1000"));
  EXPECT_FALSE(drift_warning({1000, 951}));
  EXPECT_FALSE(drift_warning({1000, 1000}));
}

TEST(Saturation, DoesNotCompareWhatWasNotMeasured) {
  EXPECT_FALSE(drift_warning({}));
  EXPECT_FALSE(drift_warning({1000, std::nullopt}));
  EXPECT_FALSE(drift_warning({std::nullopt, 1000}));
}

}  // namespace
}  // namespace daris
