// Finds when the jobs of one task are released, for every kind of arrival (docs/formats.md, "Arrivals").
//
// - periodic: offset, offset + T, offset + 2 T, ...
// - sporadic: the first at the offset. The others follow after T - jitter/2, the least time, plus a draw
//   uniform in [0, jitter).
// - poisson: apart by exponential times of mean T.
// - gamma: apart by Gamma times of mean T and the given coefficient of variation. Above 1 they come in
//   bursts.
// - trace: at the times of the trace.
//
// An offset that is not given is drawn uniform in [0, T) for periodic and sporadic arrivals. Poisson and
// Gamma arrivals start in their steady state at the offset, or at zero if none is given. The time until the
// first is drawn from what is left of a gap that an observer comes upon. So the mean number of releases in
// any interval of length L is L / T. A trace is moved by the offset if one is given.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "workloads/task_set.h"

namespace daris {

struct TaskCopy {
  std::uint32_t group = 0;  // position in the set as written
  std::uint32_t copy = 0;   // number among the group's copies, from 0
};

// All releases in [0, end), ascending. A later `end` gives the same ones first.
[[nodiscard]] std::vector<Time> release_times(const TaskGroup& group, TaskCopy copy, std::uint64_t seed,
                                              std::uint32_t replication, Time end);

}  // namespace daris
