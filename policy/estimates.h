// Estimates the time of each stage for the scheduler: MRET over AFET (docs/scheduler.md, "Estimates").
//
// Until a stage has completed once, its estimate is the AFET of the setup. From then on it is the largest of
// the last `window` measured times, or of as many as there are. With Estimator::kAfet it stays the AFET.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/ids.h"
#include "policy/setup.h"

namespace daris {

// Threads: one caller at a time. Allocates in the constructor only.
class Estimates {
 public:
  explicit Estimates(const PolicySetup& setup);

  // Takes in a measured time. Less than 1 ns counts as 1 ns, so that no estimate is ever zero. Returns
  // whether the estimate changed.
  bool record(TaskId task, StageIndex stage, Duration execution);

  // The current estimates, by stage.
  [[nodiscard]] std::span<const Duration> of(TaskId task) const {
    return {current_.data() + first_[task.at()], first_[task.at() + 1] - first_[task.at()]};
  }
  // S_n, the sum over all stages of the task.
  [[nodiscard]] Duration sum(TaskId task) const { return sums_[task.at()]; }
  // The same, or that of the AFETs if it is above `longest`. So one slow run does not shut a task out for
  // good.
  [[nodiscard]] Duration sum_within(TaskId task, Duration longest) const {
    return sums_[task.at()] <= longest ? sums_[task.at()] : afet_sums_[task.at()];
  }

 private:
  // The last measured times of one stage: a ring in `measured_`.
  struct Ring {
    std::uint32_t count = 0;
    std::uint32_t next = 0;
  };
  [[nodiscard]] Duration largest_measured(std::size_t index) const;

  // Gives each task's first index in the vectors below, and one index past the last task's.
  std::vector<std::size_t> first_;
  std::vector<Duration> current_;
  std::vector<Ring> rings_;
  std::vector<Duration> measured_;   // `window_` times a stage
  std::vector<Duration> sums_;       // by task
  std::vector<Duration> afet_sums_;  // likewise, of the set-up
  std::uint32_t window_;
  bool fixed_;
};

}  // namespace daris
