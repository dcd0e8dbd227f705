#include "sim/hardware_queues.h"

#include <gtest/gtest.h>

#include <vector>

namespace daris {
namespace {

TEST(HardwareQueues, LetEverySlotGoWhereEachHasItsOwn) {
  HardwareQueues queues({});
  EXPECT_TRUE(queues.enter(0));
  EXPECT_TRUE(queues.enter(5));
  EXPECT_EQ(queues.leave(0), HardwareQueues::kNobody);
}

TEST(HardwareQueues, RunWhatSharesAQueueInTheOrderOfItsLaunches) {
  HardwareQueues queues({0, 1, 0, 0});
  EXPECT_TRUE(queues.enter(2));
  EXPECT_TRUE(queues.enter(1));
  EXPECT_FALSE(queues.enter(3));
  EXPECT_FALSE(queues.enter(0));
  EXPECT_EQ(queues.leave(1), HardwareQueues::kNobody);
  EXPECT_EQ(queues.leave(2), 3U);
  EXPECT_EQ(queues.leave(3), 0U);
  EXPECT_EQ(queues.leave(0), HardwareQueues::kNobody);
}

TEST(HardwareQueues, ForgetWhoWaitsNoLonger) {
  HardwareQueues queues({0, 0, 0});
  EXPECT_TRUE(queues.enter(0));
  EXPECT_FALSE(queues.enter(1));
  EXPECT_FALSE(queues.enter(2));
  EXPECT_EQ(queues.leave(1), HardwareQueues::kNobody);
  EXPECT_EQ(queues.leave(0), 2U);
}

TEST(HardwareQueuesDeathTest, KnowWhoIsThere) {
  HardwareQueues queues({0, 0});
  EXPECT_DEATH(static_cast<void>(queues.leave(1)), "place");
}

}  // namespace
}  // namespace daris
