#include "base/host/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <vector>

namespace daris {
namespace {

const auto kNeverStopped = [] { return false; };

TEST(ForEachIndex, TakesEachIndexOnceOnAnyNumberOfThreads) {
  for (const std::size_t threads : {1, 2, 7, 64}) {
    std::vector<std::atomic<int>> taken(50);
    for_each_index(
        taken.size(), threads, [&](std::size_t i) { ++taken[i]; }, kNeverStopped);
    for (const std::atomic<int>& times : taken) EXPECT_EQ(times, 1);
  }
}

TEST(ForEachIndex, DoesNothingForNothing) {
  for_each_index(
      0, 4, [](std::size_t) { FAIL(); }, kNeverStopped);
}

TEST(ForEachIndex, FinishesWhatItHasBegunAndTakesNoMoreOnceStopped) {
  std::atomic<std::size_t> done{0};
  for_each_index(
      1000, 3, [&](std::size_t) { ++done; }, [&] { return done >= 10; });
  EXPECT_GE(done, 10U);
  EXPECT_LE(done, 10U + 3U);
}

TEST(ForEachIndex, ThrowsWhatItsWorkThrowsOnceAllThreadsHaveEnded) {
  for (const std::size_t threads : {1, 4}) {
    std::atomic<int> running{0};
    const auto work = [&](std::size_t i) {
      ++running;
      if (i == 20) {
        --running;
        throw std::bad_alloc();
      }
      --running;
    };
    EXPECT_THROW(for_each_index(1000, threads, work, kNeverStopped), std::bad_alloc);
    EXPECT_EQ(running, 0);
  }
}

}  // namespace
}  // namespace daris
