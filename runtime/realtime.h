// Real-time priority for the scheduler's thread (`--realtime`).
#pragma once

#include "base/result.h"

namespace daris {

// Gives the calling thread real-time priority (SCHED_FIFO) for as long as it lives: nothing that has none
// then takes its core. It is below that of the kernel's interrupt threads. Threads that it makes have none.
// What the process has in memory by then stays there, if the system permits.
class RealtimePriority {
 public:
  // If it is not wanted or the system refuses, the thread stays as it is.
  explicit RealtimePriority(bool wanted);
  ~RealtimePriority();
  RealtimePriority(const RealtimePriority&) = delete;
  RealtimePriority& operator=(const RealtimePriority&) = delete;

  [[nodiscard]] bool granted() const { return granted_; }
  [[nodiscard]] bool memory_locked() const { return locked_; }

 private:
  bool granted_ = false;
  bool locked_ = false;
};

// Says whether a thread of this process can have it. `spins`: it never sleeps, so the system must not limit
// the time of real-time threads. Errors: of the environment, with what to do.
[[nodiscard]] Status check_realtime(bool spins);

}  // namespace daris
