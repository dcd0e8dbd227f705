// The policy that keeps every slot busy; the engine of sim/closed_loop.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/policy.h"
#include "sim/closed_loop.h"

namespace daris {

// Runs `warm_jobs` jobs unmeasured, `measured_jobs` measured, and as many after them as there are slots.
class ClosedLoopPolicy final : public Policy {
 public:
  // REQUIRES: `setup` and `policy_setup` outlive this.
  ClosedLoopPolicy(const ClosedLoopSetup& setup, const PolicySetup& policy_setup, std::uint32_t warm_jobs,
                   std::uint32_t measured_jobs);

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) override;
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override;
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

  // REQUIRES: the run is over.
  [[nodiscard]] ClosedLoopResult result() const;

 private:
  struct Running {
    JobId job;
    std::uint32_t stage = 0;
  };
  // Completions of one slot in the measured part. A slot's rate comes from its own first and last, so that it does not
  // matter where in the slots' round the measured part begins and ends.
  struct SlotSpan {
    Time first;
    Time last;
    std::uint32_t completions = 0;
  };
  struct Sum {
    double ns = 0;
    std::uint32_t count = 0;
  };

  void spread_starts();
  void finish_stage(const StageFinished& finished, Time now);
  void start_job(SlotId slot);
  void start_stage(SlotId slot);
  void finish_job(SlotId slot, Time now);

  const ClosedLoopSetup& setup_;
  const PolicySetup& policy_setup_;
  std::uint32_t warm_jobs_;
  std::uint32_t measured_jobs_;
  std::uint32_t started_jobs_ = 0;
  std::uint32_t finished_jobs_ = 0;
  std::vector<std::uint32_t> next_ordinal_;  // by task
  std::vector<Running> running_;             // by slot
  std::vector<SlotSpan> spans_;              // by slot
  std::vector<std::vector<Sum>> sums_;       // by task and stage
  std::vector<Decision> decisions_;
};

}  // namespace daris
