// Tracks the open jobs that were released inside the measured window. A run waits for these at its end
// (docs/formats.md, "Which jobs count").
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// One owner, one thread. Allocates only in the constructor.
class CountedJobs {
 public:
  CountedJobs(std::span<const Release> releases, std::span<const TaskSetup> tasks, Time measured_end);

  // The job has completed, or was rejected or dropped. REQUIRES: it is one of the releases.
  void settle(JobId job) { settled_[first_[job.task.at()] + job.ordinal] = 1; }

  // The latest instant that may still matter: the latest deadline of an open job, but not before the window's
  // end.
  [[nodiscard]] Time last_instant() {
    while (!tail_.empty() && settled_[tail_.back().index] != 0) tail_.pop_back();
    return tail_.empty() ? measured_end_ : tail_.back().deadline;
  }

 private:
  struct TailJob {
    Time deadline;
    std::size_t index;
  };

  Time measured_end_;
  std::vector<std::size_t> first_;     // by task: index of its ordinal 0
  std::vector<std::uint8_t> settled_;  // by first_[task] + ordinal
  std::vector<TailJob> tail_;          // counted jobs with a deadline after the window's end, by deadline
};

}  // namespace daris
