#include "runtime/gpu/slot_occupancy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::size_t> displaced(const SlotOccupancy& slot, ChainMemory by) {
  std::vector<std::size_t> seats;
  slot.for_each_displaced(by, [&](std::size_t seat) { seats.push_back(seat); });
  return seats;
}

TEST(SlotOccupancy, ALaunchDisplacesItsOwnChainAndThoseMadeLater) {
  SlotOccupancy slot(8);
  EXPECT_THAT(displaced(slot, {0, 1}), IsEmpty());
  slot.launched(10, {0, 1});
  slot.launched(20, {0, 2});
  slot.launched(30, {0, 3});
  EXPECT_THAT(displaced(slot, {0, 2}), ElementsAre(20, 30));
  EXPECT_THAT(displaced(slot, {0, 4}), IsEmpty());
  slot.launched(20, {0, 2});
  EXPECT_THAT(displaced(slot, {0, 0}), ElementsAre(10, 20));
}

TEST(SlotOccupancy, PoolsDoNotTouchEachOther) {
  SlotOccupancy slot(8);
  slot.launched(10, {0, 5});
  slot.launched(20, {1, 6});
  EXPECT_THAT(displaced(slot, {0, 1}), ElementsAre(10));
  EXPECT_THAT(displaced(slot, {1, 1}), ElementsAre(20));
}

TEST(SlotOccupancy, AnotherSeatOfTheSameChainIsDisplaced) {
  SlotOccupancy slot(8);
  slot.launched(10, {0, 1});
  EXPECT_THAT(displaced(slot, {0, 1}), ElementsAre(10));
  slot.launched(11, {0, 1});
  EXPECT_THAT(displaced(slot, {0, 1}), ElementsAre(11));
}

TEST(SlotOccupancy, ForgetsASeatThatHoldsNothing) {
  SlotOccupancy slot(8);
  slot.launched(10, {0, 1});
  slot.launched(20, {0, 2});
  slot.left(10);
  EXPECT_THAT(displaced(slot, {0, 0}), ElementsAre(20));
  slot.clear();
  EXPECT_THAT(displaced(slot, {0, 0}), IsEmpty());
}

TEST(SlotOccupancy, TheOldestGoesWhereThereAreTooMany) {
  SlotOccupancy slot(2);
  slot.launched(10, {0, 1});
  slot.launched(20, {0, 2});
  EXPECT_THAT(displaced(slot, {0, 3}), ElementsAre(10));
  slot.launched(30, {0, 3});
  EXPECT_THAT(displaced(slot, {0, 0}), ElementsAre(20, 30));
}

}  // namespace
}  // namespace daris
