// The default of B, the largest batch of a batching policy, in either world: the size that gets most jobs
// done in time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/scenario.h"
#include "experiment/schedule_log.h"

namespace daris {

// Whether the policy forms batches and nothing says how large: B is to be chosen. `schedule` is null but for
// policy `scripted`.
[[nodiscard]] bool batch_limit_is_open(const SettledConfig& config, const ScheduleLog* schedule);

struct BatchLimitChoice {
  std::uint32_t limit = 1;
  std::vector<std::uint32_t> tried;  // ascending
};

// Simulates the first replication with each of the GPU model's sizes as limit. The smallest of equals.
// REQUIRES: a batching policy. Errors: a setup that the policy can't serve.
[[nodiscard]] Result<BatchLimitChoice> choose_batch_limit(const Scenario& scenario, const ReleaseLog* log);

// The setup of the policy with that limit.
void limit_batches(Scenario& scenario, std::uint32_t limit);

}  // namespace daris
