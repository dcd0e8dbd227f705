// The default of B, the largest batch of a batching policy: the size that gets most jobs done in time. Both
// worlds use it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/scenario.h"
#include "experiment/schedule_log.h"

namespace daris {

// Whether B has to be chosen: the policy forms batches, and nothing says how large. `schedule` is null for all
// policies but `scripted`.
[[nodiscard]] bool batch_limit_is_open(const SettledConfig& config, const ScheduleLog* schedule);

struct BatchLimitChoice {
  std::uint32_t limit = 1;
  std::vector<std::uint32_t> tried;  // ascending
};

// Simulates the first replication with each of the GPU model's sizes as limit. Of equally good sizes it chooses
// the smallest.
// REQUIRES: a batching policy. Errors: a setup that the policy can't serve.
[[nodiscard]] Result<BatchLimitChoice> choose_batch_limit(const Scenario& scenario, const ReleaseLog* log);

// Makes the policy's setup anew, with that limit.
void limit_batches(Scenario& scenario, std::uint32_t limit);

}  // namespace daris
