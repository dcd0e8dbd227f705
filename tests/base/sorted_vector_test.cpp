// Beside a plain vector that is sorted after each change.
#include "base/sorted_vector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace daris {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

SortedVector<int> of(const std::vector<int>& values) {
  SortedVector<int> sorted;
  for (const int value : values) sorted.add(value);
  return sorted;
}

TEST(SortedVector, TakesOutOfAnyPlace) {
  SortedVector<int> sorted = of({5, 1, 4, 2, 3});
  const std::vector<std::uint32_t> places{0, 2, 3};
  sorted.take(places);
  EXPECT_THAT(sorted.values(), ElementsAre(2, 5));
  EXPECT_EQ(sorted.take_first(), 2);
  sorted.add(1);
  EXPECT_THAT(sorted.values(), ElementsAre(1, 5));
  EXPECT_EQ(sorted.place_of(5), 1U);
  sorted.clear();
  EXPECT_TRUE(sorted.empty());
}

TEST(SortedVector, IsAsASortedVector) {
  std::mt19937 random(1);
  SortedVector<unsigned> sorted;
  std::vector<unsigned> plain;
  for (int step = 0; step < 3000; ++step) {
    if (random() % 3 != 0) {
      const auto value = static_cast<unsigned>(random() % 1'000'000);
      if (std::find(plain.begin(), plain.end(), value) != plain.end()) continue;
      sorted.add(value);
      plain.insert(std::upper_bound(plain.begin(), plain.end(), value), value);
    } else {
      std::vector<std::uint32_t> places;
      for (std::uint32_t place = 0; place < plain.size(); ++place)
        if (random() % 8 == 0) places.push_back(place);
      sorted.take(places);
      for (auto place = places.rbegin(); place != places.rend(); ++place) plain.erase(plain.begin() + *place);
    }
    ASSERT_THAT(sorted.values(), ElementsAreArray(plain));
    if (plain.empty()) continue;
    ASSERT_EQ(plain[sorted.place_of(plain.back())], plain.back());
  }
}

}  // namespace
}  // namespace daris
