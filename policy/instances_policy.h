// `instances`: what Triton-like servers do: several instances of each model, dynamic batching with a queue
// delay, levels, and time-outs (docs/scheduler.md, "instances").
//
// An instance of a model runs one batch at a time, in any free slot. A group of jobs is ready if an instance
// of its model is idle, and if its batch is full or its oldest job has waited for the queue delay. Of the
// ready groups the one with the most urgent first job takes the next free slot: by level, then last start,
// then job id.
//
// `merged`: the same, if each batch group is a merged network: several networks of equal architecture in one
// launch, each with weights of its own (docs/scheduler.md, "merged"). A batch is a launch of the network. It
// has a place for each of its tasks, so it takes at most one job of a task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "policy/batch_slot_policy.h"

namespace daris {

class InstancesPolicy final : public BatchSlotPolicy {
 public:
  // REQUIRES: as BatchSlotPolicy.
  explicit InstancesPolicy(const PolicySetup& setup, BatchOf batch_of = BatchOf::kAnyJobs);

 private:
  void dispatch() override;
  // Starts the batch of the most urgent group that is ready. Returns false if there is none.
  bool launch_one();
  [[nodiscard]] bool has_idle_instance(std::size_t group) const {
    return running_batches(group) < instances_;
  }
  // When a batch of the group must start at the latest if it does not fill.
  [[nodiscard]] Time due(const BatchQueue& queue) const;

  std::uint32_t instances_;
  Duration queue_delay_;
};

}  // namespace daris
