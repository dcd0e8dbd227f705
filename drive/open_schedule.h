// How much of a recorded schedule (policy `scripted`) a run has yet to see the end of.
#pragma once

#include <cstddef>
#include <span>

#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// One owner, one thread.
class OpenSchedule {
 public:
  // Without a schedule there is never anything open. A launch whose jobs are not all among `releases` is not
  // waited for.
  OpenSchedule(const PolicySetup& setup, std::span<const Release> releases);

  // Any launch ended: the schedule is open until as many have as can.
  void stage_ended() { ++ended_; }
  // It can't be executed as it was: a launch failed, or a context was lost.
  void give_up() { executable_ = 0; }

  [[nodiscard]] bool open() const { return ended_ < executable_; }

 private:
  std::size_t executable_ = 0;  // launches
  std::size_t ended_ = 0;
};

}  // namespace daris
