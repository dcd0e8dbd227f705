// For tests: workloads of the small CNN, which a CPU runs in well under a millisecond a stage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/workload.h"

namespace daris::testing {

inline TaskGroup small_group(const std::string& name, std::uint32_t count, std::uint32_t level,
                             Weights weights) {
  TaskGroup group;
  group.name = name;
  group.count = count;
  group.model = "small_cnn";
  group.precision = Precision::kFp32;
  group.priority = level;
  group.weights = weights;
  group.period = group.deadline = Duration::from_ns(20'000'000);
  return group;
}

// Two levels, shared and own weights, single images and pairs. It has `times` as many tasks as the smallest
// such workload.
inline Workload small_workload(std::uint32_t times = 1) {
  TaskSet set;
  set.name = "small";
  set.groups = {small_group("urgent", 3 * times, 0, Weights::kShared),
                small_group("own", 2 * times, 1, Weights::kOwn),
                small_group("pairs", 2 * times, 1, Weights::kShared)};
  set.groups[2].batch = 2;
  return make_workload(std::move(set));
}

}  // namespace daris::testing
