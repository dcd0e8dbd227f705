// Each test ends a process, so each is a death test.
#include "base/host/interrupt.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/host/exit_code.h"
#include "base/host/files.h"
#include "tests/base/host/temporary_folder.h"

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

// A signal for this thread, some time after it began to wait.
std::thread signal_soon() {
  return std::thread([waits = pthread_self()] {
    wait(200);
    pthread_kill(waits, SIGINT);
  });
}

TEST(Interrupts, EndAReadOfAPipeIntoWhichNobodyWrites) {
  EXPECT_EXIT(
      {
        const testing::TemporaryFolder folder;
        ::mkfifo((folder / "fifo").c_str(), S_IRUSR | S_IWUSR);
        catch_interrupts({milliseconds(20'000), "nothing read"});
        std::thread signal = signal_soon();
        static_cast<void>(read_text_file(folder / "fifo"));
        signal.join();
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "daris: nothing read");
}

TEST(Interrupts, EndAReadOfAPipeThatGivesNoMore) {
  EXPECT_EXIT(
      {
        int ends[2];
        if (::pipe(ends) != 0 || ::write(ends[1], "half", 4) != 4) std::exit(1);
        catch_interrupts({milliseconds(20'000), "half read"});
        std::thread signal = signal_soon();
        static_cast<void>(read_text_file("/dev/fd/" + std::to_string(ends[0])));
        signal.join();
        std::exit(0);
      },
      ExitedWithCode(kInterrupted), "daris: half read");
}

}  // namespace
}  // namespace daris
