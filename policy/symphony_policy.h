// `symphony`: deferred batch scheduling as in L. Chen et al., "Symphony: Optimized DNN Model Serving using
// Deferred Batch Scheduling" (arXiv 2308.07470), over the slots of all contexts (docs/scheduler.md,
// "symphony"). Levels mean nothing to it.
//
// Each group has a candidate: the batch with most inputs that can be in time. It is held back until it
// could no longer grow by a profiled size, unless it is full or leaves out a more urgent job. Times are the
// set-up's, corrected by what the group's batches took lately (policy/batch_costs.h). That is forgotten if
// none ended for a while. Of the candidates that may start, the one whose latest start comes first takes the
// next free slot.
#pragma once

#include <optional>
#include <vector>

#include "policy/batch_costs.h"
#include "policy/batch_slot_policy.h"

namespace daris {

class SymphonyPolicy final : public BatchSlotPolicy {
 public:
  // REQUIRES: as BatchSlotPolicy.
  explicit SymphonyPolicy(const PolicySetup& setup);

  // What the task's smallest batch will take.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override;
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t group, std::size_t size,
                                                       StageIndex stage) const override {
    return costs_[group].stage_estimates(size)[stage.at()];
  }

 private:
  void on_release(std::size_t group) override;
  void on_batch_finished(std::size_t group, std::uint32_t size, Duration ran) override;
  void set_times(std::size_t group);
  void dispatch() override;
  // Starts a candidate that may start. Returns the earliest instant at which another may, if none may now.
  [[nodiscard]] std::optional<Time> launch_one();

  std::vector<BatchCosts> costs_;  // by batch group
};

}  // namespace daris
