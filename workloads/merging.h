// Says which tasks of a workload share a merged network (workloads/merged_networks.h), for policies that
// merge (docs/scheduler.md, "merged").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "policy/ids.h"
#include "workloads/merged_networks.h"
#include "workloads/workload.h"

namespace daris {

// The tasks of one merged network, each of which is a member of it. If there are fewer tasks than members,
// the rest of the members serve nobody.
struct MergeGroup {
  const ModelInfo* network = nullptr;
  Precision precision = Precision::kTf32;
  std::vector<TaskId> tasks;  // by member
};

struct Merging {
  std::vector<MergeGroup> groups;
  std::vector<std::uint32_t> group_of_task;
  std::vector<std::uint32_t> member_of_task;
};

// Tasks of equal model and precision are merged in the order of the workload, so those of one level stand
// together. Each group is as large as it can be full, up to `limit` members (nullopt: the most that can be
// merged). The last tasks, if they fill no group, get one of the smallest size. The result is deterministic.
//
// Errors: a limit below the smallest size. A task whose model can't be merged, that shares its weights, or
// whose jobs bring more than one input.
[[nodiscard]] Result<Merging> merge_tasks(const Workload& workload, std::optional<std::uint32_t> limit);

}  // namespace daris
