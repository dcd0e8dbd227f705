// Capacities: `load` is counted against the closed-loop saturation rate of each task group's jobs on the
// machine in use.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "profiles/partition.h"
#include "profiles/profile.h"
#include "sim/contention_parameters.h"
#include "workloads/task_set.h"

namespace daris {

struct Capacity {
  double jobs_per_s = 0;
  bool simulated = false;  // the contention model gave it, as the profile has no measured figure
};

// Capacities that were found before, since the points of a sweep share most of them. Threads: any.
class CapacityCache {
 public:
  // Returns nullopt if `key` is not known yet.
  [[nodiscard]] std::optional<Result<Capacity>> find(const std::string& key) const;
  void keep(const std::string& key, const Result<Capacity>& capacity);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Result<Capacity>> known_;
};

[[nodiscard]] std::vector<double> jobs_per_s_of(const std::vector<Capacity>& capacities);

// Returns capacities by group of the set. REQUIRES: `profile` and `contention` outlive `known`. Errors: the
// profile lacks a model, precision or batch; a partition is not possible.
[[nodiscard]] Result<std::vector<Capacity>> group_capacities(const TaskSet& set, const Profile& profile,
                                                             const ContentionParameters& contention,
                                                             const MachineShape& machine, Backend backend,
                                                             CapacityCache& known);

}  // namespace daris
