// DARIS, and `static`, which is DARIS's order with admission and migration switched off ("What DARIS
// decides").
//
// Decisions of a step stand in the order in which they were made: those of the events, event by event (a
// migration before the admission that it serves), then the launches, context by context. Where the
// specification leaves a choice:
//   - "Finished after its own virtual deadline" compares the step's `now`, the instant at which the end was
//   noticed.
//   - Contexts lost in one instant are lost together: first started jobs of all of them are dropped, by job
//   id; then the
//     tasks at home in any of them are placed anew, with one MigrateTask each, in the order of placement;
//     then waiting jobs follow their task to its home, which for a task that had moved before is where it
//     moved to. They keep their virtual deadlines and are not tested again.
//   - With no context left, waiting jobs are dropped too, releases are rejected (kNoContext), and homes stay
//   as they were.
//   - With admission_level0 a level-0 job is tested in its home alone, since level 0 never migrates.
//   - TimerFired means nothing to this policy.
#pragma once

#include <span>
#include <vector>

#include "policy/admission.h"
#include "policy/context_loads.h"
#include "policy/estimates.h"
#include "policy/job_table.h"
#include "policy/ready_queue.h"
#include "policy/setup.h"
#include "policy/slot_policy.h"
#include "policy/slot_table.h"
#include "policy/stage_order.h"

namespace daris {

// Allocates, beyond what Policy allows, when a context is lost.
class DarisPolicy final : public SlotPolicy {
 public:
  // REQUIRES: a valid setup (policy/setup_check.h).
  explicit DarisPolicy(const PolicySetup& setup);

  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return estimates_.of(task);
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return loads_.homes(); }

 private:
  struct Task {
    std::uint32_t level;
    std::uint32_t inputs;
  };

  void on_stage_finished(const StageFinished& finished) override;
  void on_job_released(const JobReleased& released) override;
  void on_launch_failed(const LaunchFailed& failed) override;

  // Settles where a job of `task` is admitted, moving the task if it must. False: nowhere.
  [[nodiscard]] bool find_room(TaskId task);
  void move_home(TaskId task, ContextId to);

  void lose_contexts(std::span<const Event> losses) override;
  void drop_all(std::vector<JobIndex>& jobs, DropReason reason);
  void place_homeless();

  void make_ready(JobIndex job, bool late);
  void leave_system(JobIndex job);
  void dispatch() override;

  std::vector<Task> tasks_;
  std::vector<TaskId> tasks_by_level_;
  Estimates estimates_;
  ContextLoads loads_;
  AdmissionRule admission_;
  StageOrder order_;
  SlotTable slots_;
  JobTable jobs_;
  std::vector<ReadyQueue> ready_;  // by context
};

}  // namespace daris
