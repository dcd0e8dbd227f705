// Tracks how much of a recorded schedule (policy `scripted`) has not ended yet in this run.
#pragma once

#include <cstddef>
#include <span>

#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// One owner, one thread.
class OpenSchedule {
 public:
  // Without a schedule nothing is ever open. A launch whose jobs are not all among `releases` is not waited
  // for.
  OpenSchedule(const PolicySetup& setup, std::span<const Release> releases);

  // A launch ended. The schedule is open until as many launches have ended as can be executed.
  void stage_ended() { ++ended_; }
  // The schedule can't be executed as it was: a launch failed, or a context was lost.
  void give_up() { executable_ = 0; }

  [[nodiscard]] bool open() const { return ended_ < executable_; }

 private:
  std::size_t executable_ = 0;  // launches that can be executed
  std::size_t ended_ = 0;
};

}  // namespace daris
