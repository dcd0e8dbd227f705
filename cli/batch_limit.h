// The default of B, the largest batch of a batching policy: the profiled size that gets most jobs done in time.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/release_log.h"
#include "cli/scenario.h"
#include "policy/result.h"

namespace daris {

struct BatchLimitChoice {
  std::uint32_t limit = 1;
  std::vector<std::uint32_t> tried;  // ascending
};

// Simulates the first replication with each profiled size as limit. The smallest of equals. REQUIRES: a batching policy.
// Errors: a setup that the policy can't serve.
[[nodiscard]] Result<BatchLimitChoice> choose_batch_limit(const Scenario& scenario, const ReleaseLog* log);

// The setup of the policy with that limit.
void limit_batches(Scenario& scenario, std::uint32_t limit);

}  // namespace daris
