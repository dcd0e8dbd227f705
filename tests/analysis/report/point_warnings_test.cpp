#include "analysis/report/point_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/json.h"

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Json point(const std::vector<std::string>& warnings) { return {{"warnings", warnings}}; }

TEST(PointWarnings, OfOnePointStandAsTheyAre) {
  PointWarnings warnings;
  warnings.add(point({"b", "a"}));
  EXPECT_THAT(warnings.lines(), ElementsAre("warning: a", "warning: b"));
}

TEST(PointWarnings, EachTextStandsOnceWithItsPoints) {
  PointWarnings warnings;
  EXPECT_THAT(warnings.lines(), ElementsAre());
  warnings.add(point({"a"}));
  warnings.add(point({"b", "a"}));
  warnings.add(point({}));
  EXPECT_THAT(warnings.lines(), ElementsAre("warning (2 of 3 points): a", "warning (1 of 3 points): b"));
}

TEST(PointWarnings, AreNoMoreThanPeopleRead) {
  PointWarnings warnings;
  for (int number = 0; number < 25; ++number) warnings.add(point({"load " + std::to_string(number)}));
  ASSERT_THAT(warnings.lines(), SizeIs(11));
  EXPECT_EQ(warnings.lines().back(), "warning: 15 more are in the points' reports");
}

}  // namespace
}  // namespace daris
