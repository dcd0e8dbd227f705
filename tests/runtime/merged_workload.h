// For tests: tasks with weights of their own, of which some are merged with the others of their network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/runtime/cpu/small_workload.h"
#include "workloads/merging.h"
#include "workloads/policy_setup.h"

namespace daris::testing {

// `count` tasks of the model: a third on level 0, the others on level 1.
inline Workload own_weights_workload(const std::string& model, std::uint32_t count, Precision precision) {
  TaskSet set;
  set.name = "own-weights";
  set.groups = {small_group("urgent", count / 3, 0, Weights::kOwn),
                small_group("other", count - count / 3, 1, Weights::kOwn)};
  for (TaskGroup& group : set.groups) {
    group.model = model;
    group.precision = precision;
  }
  return make_workload(std::move(set));
}

inline std::shared_ptr<const Merging> merged(const Workload& workload) {
  return std::make_shared<const Merging>(merge_tasks(workload, {}).value());
}

// What a policy is told of the merged networks: a guess that no test depends on.
inline PolicySetup merged_setup(const Workload& workload, const Merging& merging, std::uint32_t streams) {
  const Duration launch = Duration::from_ns(2'000'000);
  BatchGroupTimes batches{merging.group_of_task, {}};
  for (const MergeGroup& group : merging.groups)
    batches.group_times.push_back({{group.network->members, launch}});
  return make_policy_setup(workload, 1, streams,
                           std::vector<std::vector<Duration>>(workload.tasks.size(), {launch}),
                           std::move(batches), {}, 0);
}

}  // namespace daris::testing
