#include "sim/event_queue.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/sim/test_random.h"

namespace daris {
namespace {

// The obvious queue: it looks at every slot.
class NaiveQueue {
 public:
  explicit NaiveQueue(std::uint32_t capacity) : times_(capacity, Time::never()) {}
  void set(std::uint32_t slot, Time time) { times_[slot] = time; }
  void clear(std::uint32_t slot) { times_[slot] = Time::never(); }
  [[nodiscard]] EventQueue::Event top() const {
    EventQueue::Event best{Time::never(), 0};
    for (std::uint32_t slot = 0; slot < times_.size(); ++slot) {
      if (times_[slot] < best.time) best = {times_[slot], slot};
    }
    return best;
  }

 private:
  std::vector<Time> times_;
};

TEST(EventQueue, IsEmptyAtFirst) { EXPECT_EQ(EventQueue(3).top().time, Time::never()); }

TEST(EventQueue, GivesTiesToTheLowestSlot) {
  EventQueue queue(5);
  queue.set(4, Time::from_ns(7));
  queue.set(2, Time::from_ns(7));
  queue.set(3, Time::from_ns(7));
  EXPECT_EQ(queue.top().slot, 2U);
  queue.clear(2);
  EXPECT_EQ(queue.top().slot, 3U);
  EXPECT_EQ(queue.top().time.ns(), 7);
}

TEST(EventQueue, MovesAPendingTimeBothWays) {
  EventQueue queue(2);
  queue.set(0, Time::from_ns(10));
  queue.set(1, Time::from_ns(20));
  queue.set(1, Time::from_ns(5));
  EXPECT_EQ(queue.top().slot, 1U);
  queue.set(1, Time::from_ns(30));
  EXPECT_EQ(queue.top().slot, 0U);
}

TEST(EventQueue, HoldsTheLatestTimeThatItPromises) {
  EventQueue queue(EventQueue::kCapacityMax);
  const std::uint32_t last = EventQueue::kCapacityMax - 1;
  queue.set(last, Time::from_ns(EventQueue::kTimeLimit - 1));
  EXPECT_EQ(queue.top().slot, last);
  EXPECT_EQ(queue.top().time.ns(), EventQueue::kTimeLimit - 1);
}

TEST(EventQueue, AssignsTheLatestTimeThatItPromises) {
  EventQueue queue(1);
  const std::uint64_t marks[] = {~std::uint64_t{0}, 0};
  const double times_ns[] = {static_cast<double>(EventQueue::kTimeLimit - 1), 0};
  queue.assign(marks, times_ns);
  EXPECT_EQ(queue.top().time.ns(), EventQueue::kTimeLimit - 1);
}

TEST(EventQueueDeathTest, RefusesACapacityThatItCanNotHold) {
  EXPECT_DEATH(EventQueue(0), "capacity");
  EXPECT_DEATH(EventQueue(EventQueue::kCapacityMax + 1), "capacity");
}

TEST(EventQueue, AgreesWithTheNaiveQueueOnRandomChanges) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    TestRandom random(seed);
    const std::uint32_t capacity = 1 + random.below(seed % 2 == 0 ? 9 : 600);
    EventQueue queue(capacity);
    NaiveQueue naive(capacity);
    std::vector<std::uint64_t> marks(lanes::padded(capacity), 0);
    std::vector<double> times_ns(marks.size(), 0.0);
    for (int change = 0; change < 300; ++change) {
      const std::uint32_t slot = random.below(capacity);
      const Time time = Time::from_ns(random.below(50));  // few values, so that ties are common
      switch (random.below(4)) {
        case 0:
          queue.clear(slot);
          naive.clear(slot);
          break;
        case 1:
          for (std::uint32_t many = 0; many < capacity; ++many) {
            const Time moved = time + Duration::from_ns(many % 3);
            marks[many] = random.below(2) == 0 ? ~std::uint64_t{0} : 0;
            times_ns[many] = static_cast<double>(moved.ns());
            if (marks[many] != 0) naive.set(many, moved);
          }
          queue.assign(marks.data(), times_ns.data());
          break;
        default: queue.set(slot, time); naive.set(slot, time);
      }
      ASSERT_EQ(queue.top().time, naive.top().time) << "seed " << seed << ", change " << change;
      ASSERT_EQ(queue.top().slot, naive.top().slot) << "seed " << seed << ", change " << change;
    }
  }
}

}  // namespace
}  // namespace daris
