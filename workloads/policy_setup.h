// Makes the set-up of a policy (policy/setup.h) from a workload and known times, in either world.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/setup.h"
#include "policy/switches.h"
#include "workloads/workload.h"

namespace daris {

// Tasks whose jobs may share a batch, as a batching policy is told of them.
struct BatchGroupTimes {
  std::vector<std::uint32_t> group_of_task;  // by task; empty if nothing is batched
  // Each group has the time of each size, ascending by size.
  std::vector<std::vector<BatchTime>> group_times;
};

// `stage_estimates`: by task and stage. Each group of `batches` becomes one batch group. Its limit is
// `batch_limit`, or the largest size if that is 0, and never below what one of its jobs brings.
[[nodiscard]] PolicySetup make_policy_setup(const Workload& workload, std::uint32_t contexts,
                                            std::uint32_t streams,
                                            std::vector<std::vector<Duration>> stage_estimates,
                                            BatchGroupTimes batches, const PolicySwitches& switches,
                                            std::uint32_t batch_limit);

// Gives each batch group another limit, by the same rule.
void limit_batches(PolicySetup& setup, std::uint32_t batch_limit);

}  // namespace daris
