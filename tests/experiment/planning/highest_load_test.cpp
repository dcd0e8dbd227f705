#include "experiment/planning/highest_load.h"

#include <gtest/gtest.h>

#include <vector>

namespace daris {
namespace {

// Something that holds up to a load, and what it was asked.
struct Edge {
  double highest;
  std::vector<double> asked;

  Result<bool> operator()(double load) {
    asked.push_back(load);
    return load <= highest;
  }
};

LoadBracket found(const LoadRange& range, Edge& edge) {
  return bracket_highest(range, std::ref(edge)).value();
}

TEST(HighestLoad, LiesInsideTheBracketOnEitherSideOfTheStart) {
  for (const double highest : {0.013, 0.3, 1.0, 1.7, 9.9}) {
    Edge edge{highest, {}};
    const LoadBracket bracket = found({1, 0.001, 64, 0.01}, edge);
    EXPECT_LE(*bracket.passing, highest);
    EXPECT_GT(*bracket.failing, highest);
    EXPECT_LE(*bracket.failing, *bracket.passing * 1.01);
    EXPECT_LT(edge.asked.size(), 20U) << highest;
  }
}

TEST(HighestLoad, IsNearAGoodStart) {
  for (const double highest : {0.013, 0.97, 1.0, 1.04, 9.9, 64.0}) {
    Edge edge{highest, {}};
    const LoadBracket bracket = bracket_near({1, 0.001, 100, 0.01}, 0.05, std::ref(edge)).value();
    EXPECT_LE(*bracket.passing, highest);
    EXPECT_GT(*bracket.failing, highest);
    EXPECT_LE(*bracket.failing, *bracket.passing * 1.01);
    EXPECT_LE(edge.asked.size(), highest > 0.9 && highest < 1.1 ? 5U : 18U) << highest;
  }
  Edge all{1e9, {}};
  EXPECT_EQ(bracket_near({1, 0.1, 10, 0.01}, 0.05, std::ref(all)).value().passing, 10);
  Edge none{0, {}};
  EXPECT_EQ(bracket_near({1, 0.1, 10, 0.01}, 0.05, std::ref(none)).value().failing, 0.1);
}

TEST(HighestLoad, HasOneEndIfAllPassOrAllFail) {
  Edge all{1e9, {}};
  const LoadBracket open = found({1, 0.1, 10, 0.01}, all);
  EXPECT_EQ(open.passing, 10);
  EXPECT_EQ(open.failing, std::nullopt);
  Edge none{0, {}};
  const LoadBracket closed = found({1, 0.1, 10, 0.01}, none);
  EXPECT_EQ(closed.passing, std::nullopt);
  EXPECT_EQ(closed.failing, 0.1);
}

TEST(HighestLoad, IsLoweredUntilItIsConfirmed) {
  Edge quick{2, {}};
  Edge strict{1.6, {}};
  const LoadRange range{1, 0.001, 64, 0.01};
  const LoadBracket first = found(range, quick);
  const LoadBracket last = confirm_highest(range, first, std::ref(strict)).value();
  EXPECT_LE(*last.passing, 1.6);
  EXPECT_GT(*last.failing, 1.6);
  EXPECT_LE(*last.failing, *last.passing * 1.01);
  EXPECT_EQ(strict.asked.front(), *first.passing);
}

TEST(HighestLoad, StaysIfItIsConfirmedAtOnce) {
  Edge quick{2, {}};
  Edge same{2, {}};
  const LoadRange range{1, 0.001, 64, 0.01};
  const LoadBracket first = found(range, quick);
  const LoadBracket last = confirm_highest(range, first, std::ref(same)).value();
  EXPECT_EQ(last.passing, first.passing);
  EXPECT_EQ(last.failing, first.failing);
  EXPECT_EQ(same.asked.size(), 1U);
}

TEST(HighestLoad, IsNoneIfNoLoadIsConfirmed) {
  Edge quick{2, {}};
  Edge never{0, {}};
  const LoadRange range{1, 0.5, 64, 0.01};
  const LoadBracket last = confirm_highest(range, found(range, quick), std::ref(never)).value();
  EXPECT_EQ(last.passing, std::nullopt);
  EXPECT_EQ(last.failing, 0.5);
}

TEST(HighestLoad, HandsErrorsOn) {
  const auto fails = [](double) -> Result<bool> { return Error{"no such task set"}; };
  EXPECT_EQ(bracket_highest({}, fails).error().message, "no such task set");
}

}  // namespace
}  // namespace daris
