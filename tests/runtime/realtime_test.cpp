#include "runtime/realtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace daris {
namespace {

constexpr uid_t kNobody = 65534;

int policy_of_this_thread() { return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK; }

TEST(Realtime, IsOffUnlessWanted) {
  const RealtimePriority priority(false);
  EXPECT_FALSE(priority.granted());
  EXPECT_FALSE(priority.memory_locked());
  EXPECT_EQ(policy_of_this_thread(), SCHED_OTHER);
}

TEST(Realtime, IsTheThreadsAloneAndEnds) {
  if (!check_realtime(false).ok()) GTEST_SKIP() << check_realtime(false).error().message;
  {
    const RealtimePriority priority(true);
    ASSERT_TRUE(priority.granted());
    EXPECT_EQ(policy_of_this_thread(), SCHED_FIFO);
    int made = -1;
    std::thread([&] { made = policy_of_this_thread(); }).join();
    EXPECT_EQ(made, SCHED_OTHER);
  }
  EXPECT_EQ(policy_of_this_thread(), SCHED_OTHER);
}

TEST(Realtime, WithoutTheRightIsRefusedWithOneLine) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    const bool dropped =
        setrlimit(RLIMIT_RTPRIO, &none) == 0 && (getuid() != 0 || setresuid(kNobody, kNobody, kNobody) == 0);
    const Status status = check_realtime(true);
    const RealtimePriority priority(true);
    const bool right = !status.ok() && status.error().message.rfind("realtime: the system refuses", 0) == 0 &&
                       status.error().message.find('\n') == std::string::npos && !priority.granted();
    _exit(!dropped ? 2 : right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace daris
