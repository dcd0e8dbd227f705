#include "experiment/planning/pareto_front.h"

#include <gtest/gtest.h>

namespace daris {
namespace {

using Front = std::vector<std::size_t>;

TEST(ParetoFront, KeepsWhatNoOtherBeatsInBoth) {
  const std::vector<TradeOff> all{{100, 5.0}, {120, 9.0}, {90, 6.0}, {120, 10.0}, {130, 20.0}};
  EXPECT_EQ(pareto_front(all), (Front{0, 1, 4}));
}

TEST(ParetoFront, KeepsTheFirstOfEqualOnes) {
  const std::vector<TradeOff> all{{100, 5.0}, {100, 5.0}};
  EXPECT_EQ(pareto_front(all), (Front{0}));
}

TEST(ParetoFront, LeavesOutWhatWasNotMeasured) {
  const std::vector<TradeOff> all{{100, std::nullopt}, {10, 5.0}};
  EXPECT_EQ(pareto_front(all), (Front{1}));
  EXPECT_TRUE(pareto_front({}).empty());
}

}  // namespace
}  // namespace daris
