#include "experiment/live/live_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace daris {
namespace {

// Points of 1, 2, 1, 2, ... contexts, with five replications each.
std::vector<Point> two_shapes(std::size_t count) {
  std::vector<Point> points(count);
  for (std::size_t i = 0; i < count; ++i) {
    points[i].config.contexts = static_cast<std::uint32_t>(1 + i % 2);
    points[i].config.replications = 5;
  }
  return points;
}

std::vector<std::pair<std::size_t, std::uint32_t>> plain(const std::vector<SweepTurn>& order) {
  std::vector<std::pair<std::size_t, std::uint32_t>> turns;
  turns.reserve(order.size());
  for (const SweepTurn& turn : order) turns.emplace_back(turn.point, turn.number);
  return turns;
}

TEST(LiveOrder, SetsEachShapeUpOnceAndShufflesWithinIt) {
  const auto turns = plain(live_order(two_shapes(6), 1));
  ASSERT_EQ(turns.size(), 30U);
  for (std::size_t i = 0; i < turns.size(); ++i) EXPECT_EQ(turns[i].first % 2, i / 15) << i;
  EXPECT_FALSE(std::is_sorted(turns.begin(), turns.begin() + 15));
  auto sorted = turns;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << "each replication once";
}

TEST(LiveOrder, DependsOnTheSeedAlone) {
  EXPECT_EQ(plain(live_order(two_shapes(4), 7)), plain(live_order(two_shapes(4), 7)));
  EXPECT_NE(plain(live_order(two_shapes(4), 7)), plain(live_order(two_shapes(4), 8)));
}

}  // namespace
}  // namespace daris
