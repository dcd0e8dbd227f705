// What `instances`, `merged` and `symphony` share: batches of whole models in the slots of several contexts
// (docs/scheduler.md, "instances", "merged" and "symphony").
//
// Each batch group has a queue of waiting jobs, shared by all contexts. A batch starts in the context with
// the most free slots. Every job that is not past its last start is admitted. These rules are easily missed:
// - A group's own limit is the largest profiled size up to B that takes at most two thirds of the group's
//   shortest deadline, or the smallest size. It is settled by the times of the set-up.
// - A job's last start is the latest instant at which a batch that holds it would end in time. A job past its
//   last start is rejected at its release, or dropped at the beginning of a dispatch pass, by job id.
// - A lost context takes its running batches with it. Waiting jobs belong to no context, and are dropped only
//   if none is left.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/batch_queue.h"
#include "policy/setup.h"
#include "policy/slot_policy.h"
#include "policy/slot_table.h"

namespace daris {

// The order of a group's waiting jobs. Job ids break ties.
enum class QueueOrder {
  kDeadline,         // levels mean nothing
  kLevelAndRelease,  // within a level by nominal release
};
// Allocates, beyond what Policy allows, when a context is lost.
class BatchSlotPolicy : public SlotPolicy {
 public:
  // The estimate of the setup, unless the policy learns others.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return tasks_[task.at()].stage_estimates;
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 protected:
  // Uses TimerId(0). REQUIRES: a valid setup (policy/setup_check.h) with batch groups, one stage a task.
  BatchSlotPolicy(const PolicySetup& setup, QueueOrder order, LastStart last_start,
                  BatchOf batch_of = BatchOf::kAnyJobs);

  [[nodiscard]] std::size_t group_of(TaskId task) const { return tasks_[task.at()].batch_group; }
  [[nodiscard]] std::uint32_t inputs_of(TaskId task) const { return tasks_[task.at()].inputs; }
  [[nodiscard]] std::span<BatchQueue> queues() { return queues_; }
  [[nodiscard]] std::uint32_t running_batches(std::size_t group) const { return running_batches_[group]; }
  [[nodiscard]] bool has_free_slot() const { return slots_.freest_context().has_value(); }

  void drop_hopeless();
  // REQUIRES: the plan is the last one of the group's queue, and a slot is free.
  void launch(std::size_t group, const BatchPlan& plan);
  // Emits nothing if the timer stands at `at` already.
  void set_timer(Time at);

 private:
  // What runs in a slot.
  struct Running {
    std::size_t group = 0;
    std::uint32_t size = 0;
    Time launched;
    std::vector<JobId> jobs;
  };

  // A job of the group is released, and a context is left. Comes before anything is decided about the job.
  virtual void on_release([[maybe_unused]] std::size_t group) {}
  // A batch of so many inputs ran to its end.
  virtual void on_batch_finished([[maybe_unused]] std::size_t group, [[maybe_unused]] std::uint32_t size,
                                 [[maybe_unused]] Duration ran) {}

  void on_stage_finished(const StageFinished& finished) override;
  void on_job_released(const JobReleased& released) override;
  void on_launch_failed(const LaunchFailed& failed) override;
  void on_timer_fired() override { timer_ = Time::never(); }
  void lose_contexts(std::span<const Event> losses) override;

  void end_batch(SlotId slot);
  // Drops the jobs and leaves none in `jobs`.
  void drop_by_id(std::vector<JobId>& jobs, DropReason reason);

  QueueOrder order_;
  std::uint32_t streams_;
  std::vector<TaskSetup> tasks_;
  std::vector<BatchQueue> queues_;              // by batch group
  std::vector<std::uint32_t> running_batches_;  // by batch group
  SlotTable slots_;
  std::vector<Running> running_;      // by slot
  std::vector<JobId> dropped_;        // scratch
  std::vector<WaitingJob> hopeless_;  // scratch
  Time timer_ = Time::never();        // as set
};

}  // namespace daris
