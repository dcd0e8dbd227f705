// Tests when launches are held while a worker is taken off the GPU, and when they go out.
#include "runtime/mps/launch_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;
constexpr bool kQuiet = true;
constexpr bool kBusy = false;

TEST(LaunchGate, WaitsForTheOthersAndThenForTheWorkersEnd) {
  LaunchGate gate;
  EXPECT_EQ(gate.state(), LaunchGate::State::kOpen);
  gate.shut(ContextId(1), 10 * kMs);
  EXPECT_EQ(gate.state(), LaunchGate::State::kWaiting);
  EXPECT_FALSE(gate.may_remove(kBusy, 20 * kMs));
  EXPECT_TRUE(gate.may_remove(kQuiet, 20 * kMs));
  gate.removing(20 * kMs);
  EXPECT_EQ(gate.state(), LaunchGate::State::kRemoving);
  EXPECT_FALSE(gate.may_open(false, 30 * kMs));
  EXPECT_TRUE(gate.may_open(true, 30 * kMs));
}

TEST(LaunchGate, WaitsNeitherForTheOthersNorForTheWorkerForLong) {
  LaunchGate gate;
  gate.shut(ContextId(1), 0);
  EXPECT_TRUE(gate.may_remove(kBusy, 45 * kMs));
  gate.removing(45 * kMs);
  EXPECT_TRUE(gate.may_open(false, 99 * kMs));
}

TEST(LaunchGate, AnotherThatLeavesMeanwhileHasAllWaitAnew) {
  LaunchGate gate;
  gate.shut(ContextId(1), 0);
  gate.removing(10 * kMs);
  gate.shut(ContextId(2), 20 * kMs);
  EXPECT_EQ(gate.state(), LaunchGate::State::kWaiting);
  EXPECT_THAT(gate.leaving(), ElementsAre(ContextId(1), ContextId(2)));
  EXPECT_FALSE(gate.may_remove(kBusy, 55 * kMs));
}

TEST(LaunchGate, GivesWhatItHeldInItsOrderButNotWhatWasForgotten) {
  LaunchGate gate;
  gate.shut(ContextId(3), 0);
  const std::vector<std::uint32_t> words = {1, 2, 3};
  gate.hold(SlotId(4), words);
  gate.hold(SlotId(2), words);
  gate.hold(SlotId(0), words);
  EXPECT_TRUE(gate.holds(SlotId(2)));
  gate.forget(ContextId(1), 2);  // slots 2 and 3
  EXPECT_FALSE(gate.holds(SlotId(2)));
  const std::vector<LaunchGate::Held> held = gate.open();
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].slot, SlotId(4));
  EXPECT_EQ(held[1].slot, SlotId(0));
  EXPECT_EQ(held[0].words, words);
  EXPECT_EQ(gate.state(), LaunchGate::State::kOpen);
  EXPECT_THAT(gate.leaving(), IsEmpty());
  EXPECT_FALSE(gate.holds(SlotId(4)));
}

}  // namespace
}  // namespace daris
