// Each test ends a process, so each is a death test.
#include "base/host/interrupt.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/host/exit_code.h"

namespace daris {
namespace {

using std::chrono::milliseconds;
using ::testing::ExitedWithCode;

void wait(int ms) {
  const auto until = std::chrono::steady_clock::now() + milliseconds(ms);
  while (std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(1));
}

TEST(Interrupts, EndAtOnceIfThereIsNothingToKeep) {
  EXPECT_EXIT(
      {
        catch_interrupts({});
        std::raise(SIGTERM);
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "daris: interrupted; nothing was written");
}

TEST(Interrupts, LeaveTimeToStop) {
  EXPECT_EXIT(
      {
        catch_interrupts({milliseconds(5000), "too late"});
        std::raise(SIGINT);
        std::exit(interrupted() ? 7 : 8);
      },
      ExitedWithCode(7), "");
}

TEST(Interrupts, EndWhatDoesNotStop) {
  EXPECT_EXIT(
      {
        catch_interrupts({milliseconds(100), "first words"});
        change_last_words("last words");
        std::raise(SIGINT);
        wait(20'000);
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "daris: last words");
}

TEST(Interrupts, WaitForWhatIsBeingWritten) {
  EXPECT_EXIT(
      {
        catch_interrupts({milliseconds(50), "after"});
        {
          const InterruptHold hold;
          std::raise(SIGINT);
          wait(300);
          note("written");
        }
        wait(20'000);
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "written\ndaris: after");
}

TEST(Interrupts, AreHeldBackUntilTheyAreCaught) {
  EXPECT_EXIT(
      {
        hold_back_interrupts();
        std::raise(SIGTERM);
        note("still here");
        catch_interrupts({});
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "still here\ndaris: interrupted");
}

}  // namespace
}  // namespace daris
