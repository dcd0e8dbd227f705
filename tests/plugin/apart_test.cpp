// Work in a copy of the process: how it ends is told, and this process goes on.
#include "plugin/apart.h"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace daris {
namespace {

TEST(RunApart, GivesTheExitStatus) {
  const Result<ApartEnding> ending = run_apart([] { return 7; }, {});
  ASSERT_TRUE(ending.ok());
  EXPECT_EQ(ending.value().exit_status, 7);
  EXPECT_EQ(ending.value().trouble(), "");
}

TEST(RunApart, TellsTheSignal) {
  const Result<ApartEnding> ending = run_apart(
      [] {
        std::raise(SIGTERM);
        return 0;
      },
      {});
  ASSERT_TRUE(ending.ok());
  EXPECT_EQ(ending.value().trouble(), "crashes (signal 15, Terminated)");
}

TEST(RunApart, AnExceptionEndsTheCopy) {
  const Result<ApartEnding> ending =
      run_apart([]() -> int { throw std::runtime_error("no"); }, {.patience = {}, .quiet = true});
  ASSERT_TRUE(ending.ok());
  EXPECT_EQ(ending.value().trouble(), "crashes (signal 6, Aborted)");
}

TEST(RunApart, LosesPatience) {
  const auto sleep = [] {
    std::this_thread::sleep_for(std::chrono::seconds(60));
    return 0;
  };
  const Result<ApartEnding> ending =
      run_apart(sleep, {.patience = std::chrono::milliseconds(20), .quiet = true});
  ASSERT_TRUE(ending.ok());
  EXPECT_EQ(ending.value().trouble(), "does not come to its end");
}

TEST(RunApart, ChangesNothingHere) {
  int here = 1;
  ASSERT_TRUE(run_apart([&] { return here = 2; }, {}).ok());
  EXPECT_EQ(here, 1);
}

}  // namespace
}  // namespace daris
