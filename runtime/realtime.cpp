#include "runtime/realtime.h"

#include <sched.h>
#include <sys/mman.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>

namespace daris {
namespace {

constexpr int kPriority = 10;  // the kernel's interrupt threads have 50

constexpr std::int64_t kPeriodUs = 1'000'000;  // of the limit, unless somebody changed it

// Who has no right to real-time priority may not drop SCHED_RESET_ON_FORK either, so it always stays.
bool set_scheduling(int policy, int priority) {
  sched_param wanted{};
  wanted.sched_priority = priority;
  return sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &wanted) == 0;
}

bool raise() { return set_scheduling(SCHED_FIFO, kPriority); }
void lower() { set_scheduling(SCHED_OTHER, 0); }

// Of each second, what real-time threads may take together, in microseconds; nullopt: all of it.
std::optional<std::int64_t> realtime_limit_us() {
  std::ifstream file("/proc/sys/kernel/sched_rt_runtime_us");
  std::int64_t limit = -1;
  if (!(file >> limit) || limit < 0 || limit >= kPeriodUs) return std::nullopt;
  return limit;
}

}  // namespace

RealtimePriority::RealtimePriority(bool wanted) : granted_(wanted && raise()) {
  // Only what is there: a later allocation must not fail because of it.
  locked_ = granted_ && mlockall(MCL_CURRENT | MCL_ONFAULT) == 0;
}

RealtimePriority::~RealtimePriority() {
  if (locked_) munlockall();
  if (granted_) lower();
}

Status check_realtime(bool spins) {
  if (!raise()) {
    return environment_error(
        fmt::format("realtime: the system refuses real-time priority ({}); run it with CAP_SYS_NICE, or "
                    "raise `ulimit -r` "
                    "to {}",
                    std::strerror(errno), kPriority));
  }
  lower();
  const std::optional<std::int64_t> limit_us = realtime_limit_us();
  if (!spins || !limit_us) return {};
  return environment_error(fmt::format(
      "realtime: the scheduler's thread never sleeps, and the system stops real-time threads after {} us of "
      "each second; lift that by `sysctl kernel.sched_rt_runtime_us=-1`",
      *limit_us));
}

}  // namespace daris
