#include "runtime/core_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <vector>

#include "runtime/core_pin.h"

namespace daris {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Cores = std::vector<std::uint32_t>;

// No machine has these, so that no daris that runs beside the test has claimed them.
constexpr std::uint32_t kCore = 90'001;
constexpr std::uint32_t kOtherCore = 90'002;

// A process that claims a core and holds it until this object ends. It is killed then, so it gives nothing
// back by itself.
class OtherProcess {
 public:
  explicit OtherProcess(std::uint32_t core) {
    int ready[2];
    if (::pipe(ready) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      release_core(core);  // a claim that it inherited
      const char answer = claim_core(core) ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
      ::pause();
      ::_exit(0);
    }
    char answer = '?';
    claimed_ = ::read(ready[0], &answer, 1) == 1 && answer == 'y';
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~OtherProcess() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  [[nodiscard]] bool claimed() const { return claimed_; }

 private:
  pid_t child_ = -1;
  bool claimed_ = false;
};

TEST(CoreClaim, HoldsAgainstAnotherProcessUntilThatOneEnds) {
  {
    const OtherProcess other(kCore);
    ASSERT_TRUE(other.claimed());
    EXPECT_FALSE(claim_core(kCore));
    EXPECT_TRUE(claim_core(kOtherCore));
    EXPECT_TRUE(claim_core(kOtherCore)) << "this process has it";
  }
  EXPECT_TRUE(claim_core(kCore)) << "the other one was killed";
  EXPECT_FALSE(OtherProcess(kOtherCore).claimed());
  release_core(kOtherCore);
  EXPECT_TRUE(OtherProcess(kOtherCore).claimed());
  release_core(kCore);
  release_core(kCore);  // does nothing
}

TEST(CoreClaim, WorkersGetCoresOfTheirOwnWithOneToSpare) {
  const Cores allowed = allowed_cores();
  EXPECT_THAT(claim_worker_cores(allowed.size()), IsEmpty());
  if (allowed.size() < 2) GTEST_SKIP() << "this process may run on one core only";
  const Cores mine = claim_worker_cores(1);
  if (mine.empty()) GTEST_SKIP() << "other processes have claimed all cores";
  EXPECT_THAT(mine, SizeIs(1));
  EXPECT_THAT(allowed, Contains(mine[0]));
  EXPECT_FALSE(OtherProcess(mine[0]).claimed());
  release_core(mine[0]);
  const OtherProcess other(mine[0]);
  ASSERT_TRUE(other.claimed());
  EXPECT_THAT(claim_worker_cores(1), Not(Contains(mine[0])));
  const Cores too_many = claim_worker_cores(allowed.size() - 1);
  EXPECT_THAT(too_many, IsEmpty()) << "one of them is taken";
  for (const std::uint32_t core : allowed) release_core(core);
}

}  // namespace
}  // namespace daris
