// Service level objectives: were they met, and by how much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_results.h"
#include "workloads/task_set.h"

namespace daris {

struct SloMargin {
  std::string limit;  // the limit's key in a task set: "miss_rate_max"
  std::optional<double>
      margin;  // limit - measured, in the limit's unit: below 0 where broken; null: not measured
};

struct SloOutcome {
  std::optional<bool> met;         // null: no limit is given, or no job was released
  std::vector<SloMargin> margins;  // of the limits given
};

// A limit on a figure that the run does not have (the miss rate where every job was rejected) is not met.
[[nodiscard]] SloOutcome judge(const Slo& slo, const Tally& tally);

}  // namespace daris
