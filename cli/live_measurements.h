// What a live point measures on the machine before it runs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "analysis/closed_loop_policy.h"
#include "policy/result.h"
#include "runtime/full_load.h"
#include "runtime/live_backend.h"
#include "runtime/run_clock.h"
#include "workloads/policy_setup.h"
#include "workloads/task_set.h"
#include "workloads/workload.h"

namespace daris {

// The batch sizes that batches() measures up to `largest`: powers of two below it, and itself.
[[nodiscard]] std::vector<std::uint32_t> measured_batches(std::uint32_t largest);

// Sizes of the launches that a batching policy with batches of up to `limit` inputs is offered, ascending: 1, 2, 4, ... and the
// largest.
[[nodiscard]] std::vector<std::uint32_t> batch_sizes(const Workload& workload, std::uint32_t limit);

// REQUIRES for all: what it is made from outlives it. Errors of all: of the environment, or interrupted.
class LiveMeasurements {
 public:
  // `work`: the shape; its workload is not read.
  LiveMeasurements(LiveBackend& backend, LiveWork work, std::shared_ptr<RunClock> clock,
                   const std::function<bool()>& stopped)
      : backend_(backend), work_(work), clock_(std::move(clock)), stopped_(stopped) {}

  // The closed loop that estimates are made from, on the executor that will run `workload`.
  [[nodiscard]] Result<ClosedLoopResult> full_load(const Workload& workload, LiveMachine& machine) const;

  // Jobs per second of a closed loop of each group's jobs alone, by group: what load is counted in. In the backend's shape for
  // that, by stages, whatever `work` says of these.
  [[nodiscard]] Result<std::vector<double>> capacities(const TaskSet& set) const;

  // The time of each batch of 1, 2, 4, ... up to `limit` inputs (and of the largest job, where that is more) for each set of
  // weights. REQUIRES: `machine` was made for `workload`, whole models, one slot.
  [[nodiscard]] Result<BatchPlan> batches(const Workload& workload, LiveMachine& machine, std::uint32_t limit) const;

 private:
  [[nodiscard]] FullLoadRequest request(const LiveWork& work, const Workload& workload,
                                        const LiveMachine& machine) const;
  [[nodiscard]] LiveWork saturating_work() const;

  LiveBackend& backend_;
  LiveWork work_;
  std::shared_ptr<RunClock> clock_;
  const std::function<bool()>& stopped_;
};

}  // namespace daris
