// `symphony`: deferred batch scheduling as in L. Chen et al., "Symphony: Optimized DNN Model Serving using
// Deferred Batch Scheduling" (arXiv 2308.07470), over the slots of all contexts (docs/scheduler.md,
// "symphony"). Levels mean nothing to it.
//
// Each group has a candidate: a full batch if one can be in time, else the best batch that the job with the
// earliest deadline leads. A candidate is held back until it could no longer grow by a profiled size. Of those
// that may start, the one whose latest start comes first takes the next free slot.
#pragma once

#include <optional>

#include "policy/batch_slot_policy.h"

namespace daris {

class SymphonyPolicy final : public BatchSlotPolicy {
 public:
  // REQUIRES: as BatchSlotPolicy.
  explicit SymphonyPolicy(const PolicySetup& setup)
      : BatchSlotPolicy(setup, BatchOrder::kDeadline, LastStart::kSmallestBatch) {}

 private:
  void dispatch() override;
  // Starts a candidate that may start. Returns the earliest instant at which another may, if none may now.
  [[nodiscard]] std::optional<Time> launch_one();
};

}  // namespace daris
