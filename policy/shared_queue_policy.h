// `fifo` and `edf`: whole models, one queue over all slots, the free-for-all of multi-instance servers.
//
// The first in order (fifo: nominal release; edf: deadline; then job id) starts in the least loaded context,
// which is the one with the fewest busy slots, of equals the lowest number, in its lowest free slot. Every
// job is admitted. A lost context takes its running jobs with it; waiting ones belong to no context, and are
// dropped only when none is left.
#pragma once

#include <cstdint>
#include <optional>
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

  // Measured like DARIS's, for those who watch; nothing is decided by them.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return estimates_.of(task);
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  void on_stage_finished(const StageFinished& finished) override;
  void on_job_released(const JobReleased& released) override;
  void on_launch_failed(const LaunchFailed& failed) override;
  void lose_contexts(std::span<const Event> losses) override;
  // Nothing where no slot is free.
  [[nodiscard]] std::optional<ContextId> least_loaded() const;
  void dispatch() override;

  SharedQueueOrder order_;
  std::vector<std::uint32_t> inputs_;  // by task
  Estimates estimates_;
  SlotTable slots_;
  JobTable jobs_;
  ReadyQueue ready_;
};

}  // namespace daris
