// What each policy does in its best shape.
#pragma once

#include <vector>

#include "base/json/json_fwd.h"

namespace daris {

// For each task set, load, load_by, priority mix, deadline ratio, injection, backend, SMs and policy the
// point with the most jobs done in time. If points are equal, it is that with more throughput, then with
// fewer level-0 misses, then the first. They stand in order of first appearance. The pointers live as long
// as `points`. REQUIRES: they are those of a valid report.
[[nodiscard]] std::vector<const Json*> best_points(const Json& points);

// 0 if level 0 is missing or admitted no job.
[[nodiscard]] double level0_miss_rate(const Json& point);

}  // namespace daris
