#include "runtime/core_pin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

namespace daris {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Cores = std::vector<std::uint32_t>;

// The cores that a thread may run on once it keeps off `core`.
Cores left_without(std::optional<std::uint32_t> core) {
  Cores left;
  std::thread([&] {
    keep_off(core);
    left = allowed_cores();
  }).join();
  return left;
}

TEST(CorePin, HoldsForItsLifetime) {
  const Cores before = allowed_cores();
  {
    const CorePin pin(before.back());
    EXPECT_TRUE(pin.pinned());
    EXPECT_THAT(allowed_cores(), ElementsAre(before.back()));
  }
  EXPECT_EQ(allowed_cores(), before);
}

TEST(CorePin, OthersKeepOffTheCore) {
  const Cores before = allowed_cores();
  if (before.size() < 2) GTEST_SKIP() << "this process may run on one core only";
  const Cores left = left_without(last_core());
  EXPECT_THAT(left, Not(IsEmpty()));
  EXPECT_THAT(left, Not(Contains(*last_core())));
  EXPECT_EQ(allowed_cores(), before) << "only the thread that asked";
}

TEST(CorePin, TheSchedulersCoreStaysTheSame) {
  if (!last_core()) GTEST_SKIP() << "this process may run on one core only";
  std::thread([] {  // a thread of its own, so that this one keeps its cores
    const std::optional<std::uint32_t> core = claim_scheduler_core();
    ASSERT_TRUE(core);
    EXPECT_THAT(allowed_cores(), Not(Contains(*core)));
    EXPECT_EQ(claim_scheduler_core(), core) << "though it may no longer run on it";
  })
      .join();
}

TEST(CorePin, OthersStayWhereNothingElseIsLeft) {
  const Cores before = allowed_cores();
  EXPECT_EQ(left_without(std::nullopt), before);
  EXPECT_EQ(left_without(1'000'000), before);
  const CorePin pin(before.front());  // threads made from here on inherit it
  EXPECT_THAT(left_without(before.front()), ElementsAre(before.front()));
}

// Only a machine with several hardware threads a core can test this.
TEST(CorePin, OthersKeepOffTheNeighboursToo) {
  if (!last_core()) GTEST_SKIP() << "this process may run on one core only";
  std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(*last_core()) +
                     "/topology/thread_siblings_list");
  std::string list;
  std::getline(file, list);
  const Cores siblings = cores_in(list);
  const Cores before = allowed_cores();
  const auto elsewhere = [&](std::uint32_t core) {
    return std::find(siblings.begin(), siblings.end(), core) == siblings.end();
  };
  if (siblings.size() < 2 || std::none_of(before.begin(), before.end(), elsewhere))
    GTEST_SKIP() << "each core runs one thread, or there is no other core";
  for (const std::uint32_t sibling : siblings) EXPECT_THAT(left_without(last_core()), Not(Contains(sibling)));
}

TEST(CorePin, ReadsListsOfCores) {
  EXPECT_THAT(cores_in("3"), ElementsAre(3));
  EXPECT_THAT(cores_in("0-2,8"), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(cores_in("7,15"), ElementsAre(7, 15));
  for (const char* const wrong : {"", "a", "1-", "2-1", "1,", "1;2", "-1", "0-99999999", "4294967296"})
    EXPECT_THAT(cores_in(wrong), IsEmpty()) << wrong;
}

}  // namespace
}  // namespace daris
