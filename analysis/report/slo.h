// Service level objectives: whether they were met, and by how much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_results.h"
#include "workloads/task_set.h"

namespace daris {

struct SloMargin {
  std::string limit;  // the limit's key in a task set: "miss_rate_max"
  // The limit less the measured figure, in the limit's unit: below 0 if it is broken, null if there is no
  // figure.
  std::optional<double> margin;
};

struct SloOutcome {
  std::optional<bool> met;         // null if no limit is given, or if no job was released
  std::vector<SloMargin> margins;  // of the limits that are given
};

// A limit on a figure that the run does not have is not met: the miss rate, for example, if all jobs were
// rejected.
[[nodiscard]] SloOutcome judge(const Slo& slo, const Tally& tally);

}  // namespace daris
