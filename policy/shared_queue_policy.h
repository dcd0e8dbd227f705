// `fifo` and `edf` run whole models from one queue over all slots: the free-for-all of multi-instance servers
// (docs/scheduler.md, "fifo and edf").
//
// The order is nominal release for fifo, deadline for edf; then job id. The first job in order starts in the
// least loaded context, in its lowest free slot. That is the context with the fewest busy slots; of equals,
// the lowest number. Every job is admitted. With `shed` a job that is about to start is dropped if it can't
// be in time any more. A lost context takes its running jobs with it. Waiting jobs belong to no context, and
// are dropped only if none is left.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/estimates.h"
#include "policy/job_table.h"
#include "policy/ready_queue.h"
#include "policy/setup.h"
#include "policy/slot_policy.h"
#include "policy/slot_table.h"

namespace daris {

enum class SharedQueueOrder { kRelease, kDeadline };

// Allocates, beyond what Policy allows, when a context is lost.
class SharedQueuePolicy final : public SlotPolicy {
 public:
  // REQUIRES: a valid setup (policy/setup_check.h), one stage a task.
  SharedQueuePolicy(const PolicySetup& setup, SharedQueueOrder order);

  // Estimates are measured like DARIS's, for whoever watches. They decide nothing.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return estimates_.of(task);
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  void on_stage_finished(const StageFinished& finished) override;
  void on_job_released(const JobReleased& released) override;
  void on_launch_failed(const LaunchFailed& failed) override;
  void lose_contexts(std::span<const Event> losses) override;
  // Would be late if it started now, and alone.
  [[nodiscard]] bool is_hopeless(JobIndex job) const;
  void dispatch() override;

  SharedQueueOrder order_;
  bool sheds_;
  std::vector<std::uint32_t> inputs_;  // by task
  Estimates estimates_;
  SlotTable slots_;
  JobTable jobs_;
  ReadyQueue ready_;
  std::vector<LaunchStage> launches_;  // of the dispatch pass
};

}  // namespace daris
