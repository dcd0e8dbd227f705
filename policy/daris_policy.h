// DARIS (docs/scheduler.md, "daris"), and `static`, which is DARIS's order without admission and migration.
//
// Decisions of a step stand in the order in which they were made. Those of the events come first, event by
// event; a migration stands before the admission that it serves. Then come the launches, context by context.
// These rules are easily missed:
// - A stage is late if it ended after its virtual deadline, by the step's `now`: the instant at which its end
//   was noticed.
// - Contexts lost in one instant are lost together. First the started jobs of all of them are dropped, by job
//   id. Then the tasks at home in any of them are placed anew, with one MigrateTask each, in the order of
//   placement. Then each waiting job follows its task to its home. If the task had moved before, that is
//   where it moved to. Waiting jobs keep their virtual deadlines and are not tested again.
// - If no context is left that a level may use, its waiting jobs are dropped too, its releases are rejected
//   (kNoContext), and its homes stay.
// - With admission_level0 a level-0 job is tested in its home alone, since level 0 never migrates.
// - With `shed`, which only `static` has, a job that is about to start is dropped if it can't be in time any
//   more. Drops come before launches.
// - TimerFired means nothing to this policy.
#pragma once

#include <span>
#include <vector>

#include "policy/admission.h"
#include "policy/context_loads.h"
#include "policy/estimates.h"
#include "policy/job_table.h"
#include "policy/level_contexts.h"
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

  // Settles where a job of `task` is admitted, and moves the task if it must. Returns false if no context has
  // room.
  [[nodiscard]] bool find_room(TaskId task);
  void move_home(TaskId task, ContextId to);

  void lose_contexts(std::span<const Event> losses) override;
  void drop_all(std::vector<JobIndex>& jobs, DropReason reason);
  void place_homeless();
  // No context is left that the task may use.
  [[nodiscard]] bool is_shut_out(TaskId task) const {
    return contexts_.slots_left(loads_.level_rank(task)) == 0;
  }

  void make_ready(JobIndex job, bool late);
  // The context has a free slot or a ready stage more. Only such ones can start anything in this step.
  void wake(ContextId context);
  void leave_system(JobIndex job);
  // Would be late if it started now, and alone.
  [[nodiscard]] bool is_hopeless(JobIndex job) const;
  void dispatch() override;

  bool sheds_;  // `static` only
  std::vector<Task> tasks_;
  std::vector<TaskId> tasks_by_level_;
  Estimates estimates_;
  ContextLoads loads_;
  AdmissionRule admission_;
  StageOrder order_;
  SlotTable slots_;
  LevelContexts contexts_;
  JobTable jobs_;
  std::vector<ReadyQueue> ready_;      // by context
  std::vector<bool> is_awake_;         // by context
  std::vector<ContextId> awake_;       // in any order
  std::vector<LaunchStage> launches_;  // of the dispatch pass
};

}  // namespace daris
