// What a policy is told of a workload before the run, in either world.
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
struct BatchPlan {
  std::vector<std::uint32_t> group_of_task;  // by task; empty where nothing is batched
  std::vector<std::vector<BatchTime>>
      group_times;  // by group: the time of each size on the whole machine, ascending by size
};

// `stage_estimates`: by task and stage. One batch group a group of `batches`; its limit is `batch_limit`, the
// largest size where that is 0, and never below what a job of it brings.
[[nodiscard]] PolicySetup make_policy_setup(const Workload& workload, std::uint32_t contexts,
                                            std::uint32_t streams,
                                            std::vector<std::vector<Duration>> stage_estimates,
                                            BatchPlan batches, const PolicySwitches& switches,
                                            std::uint32_t batch_limit);

}  // namespace daris
