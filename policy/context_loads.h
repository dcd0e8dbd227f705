// Tells which task is at home where, and what each context carries for it: u, total(c) and active_p(c)
// (docs/scheduler.md, "Utilization").
//
// Utilizations are exact integers, parts per 10^9. The sums are kept up to date by adding and taking away the
// very same integers, so they never drift from a sum made from scratch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "base/wide_integer.h"
#include "policy/ids.h"
#include "policy/setup.h"

namespace daris {

// Threads: one caller at a time. Allocates in the constructor only.
class ContextLoads {
 public:
  // At first no task has a home.
  explicit ContextLoads(const PolicySetup& setup);

  // u = ceil(10^9 * S_n / T), for a new S_n.
  void set_work(TaskId task, Duration sum_of_estimates);

  // The task's home becomes `context`. Jobs in the system stay where they are.
  void set_home(TaskId task, ContextId context);
  // Takes the task out of its home's sums until set_home() is called. Until then homes() still shows the old
  // home. REQUIRES: it has a home.
  void leave_home(TaskId task);

  // A job of `task` came into the system in `context`, or left it.
  void add_job(TaskId task, ContextId context);
  void remove_job(TaskId task, ContextId context);

  [[nodiscard]] std::span<const ContextId> homes() const { return homes_; }
  [[nodiscard]] WideInteger utilization(TaskId task) const { return tasks_[task.at()].utilization; }
  // The rank of the task's level among those that tasks have.
  [[nodiscard]] std::uint32_t level_rank(TaskId task) const { return tasks_[task.at()].level_rank; }
  // Sum of u over the tasks whose home is `context`.
  [[nodiscard]] WideInteger total(ContextId context) const { return totals_[context.at()]; }
  // active_p(context) for a job of `task`, whose level is p.
  [[nodiscard]] WideInteger active(ContextId context, TaskId task) const;

 private:
  struct Task {
    WideInteger utilization = 0;
    Duration period;
    std::uint32_t level_rank = 0;  // rank of its level among the levels that occur
    std::uint32_t jobs = 0;        // in the system, in any context
    bool counts_always = false;    // it counts in its home as a task, not per job (level 0)
    bool at_home = false;
  };
  [[nodiscard]] WideInteger& active_at(std::size_t context, std::uint32_t level_rank) {
    return active_[context * levels_ + level_rank];
  }
  void add_at_home(const Task& task, std::size_t home, WideInteger utilization);
  void add_to_jobs(std::size_t task_index, WideInteger change);

  std::size_t contexts_;
  std::size_t levels_ = 0;
  std::vector<Task> tasks_;
  std::vector<ContextId> homes_;        // by task
  std::vector<WideInteger> totals_;     // by context
  std::vector<WideInteger> active_;     // by context, then level: that level's share of active
  std::vector<std::uint32_t> jobs_in_;  // by task, then context: jobs in the system
};

}  // namespace daris
