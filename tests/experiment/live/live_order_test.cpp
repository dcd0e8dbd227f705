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

std::vector<std::pair<std::size_t, std::uint32_t>> plain(const std::vector<SweepReplication>& order) {
  std::vector<std::pair<std::size_t, std::uint32_t>> replications;
  replications.reserve(order.size());
  for (const SweepReplication& one : order) replications.emplace_back(one.point, one.number);
  return replications;
}

TEST(LiveOrder, SetsEachShapeUpOnceAndShufflesWithinIt) {
  const auto replications = plain(live_order(two_shapes(6), 1));
  ASSERT_EQ(replications.size(), 30U);
  for (std::size_t i = 0; i < replications.size(); ++i) EXPECT_EQ(replications[i].first % 2, i / 15) << i;
  EXPECT_FALSE(std::is_sorted(replications.begin(), replications.begin() + 15));
  auto sorted = replications;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << "each replication once";
}

TEST(LiveOrder, KeepsPointsWholeIfAskedTo) {
  const auto replications = plain(live_order(two_shapes(12), 1, true));
  ASSERT_EQ(replications.size(), 60U);
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < replications.size(); ++i) {
    EXPECT_EQ(replications[i].second, i % 5) << "one after the other";
    EXPECT_EQ(replications[i].first, replications[i - i % 5].first) << "of one point";
    EXPECT_EQ(replications[i].first % 2, i / 30) << "each shape once";
    if (i % 5 == 0) points.push_back(replications[i].first);
  }
  EXPECT_FALSE(std::is_sorted(points.begin(), points.begin() + 6)) << "points are shuffled";
  std::sort(points.begin(), points.end());
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i], i);
}

TEST(LiveOrder, DependsOnTheSeedAlone) {
  EXPECT_EQ(plain(live_order(two_shapes(4), 7)), plain(live_order(two_shapes(4), 7)));
  EXPECT_NE(plain(live_order(two_shapes(4), 7)), plain(live_order(two_shapes(4), 8)));
}

}  // namespace
}  // namespace daris
