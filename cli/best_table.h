// The answer of a big sweep on one page: what each policy does in its best shape, for each task set, load and
// mix.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// There is one row for each task set, load, load_by, priority mix, backend and policy. It shows the point
// with the most jobs done in time, with its shape and switches. If points are equal, it takes that with more
// throughput, then with fewer level-0 misses, then the first. If there are many rows, those below a task
// set's highest load are left out, but for the policy and mix that come first. Lines take `width_max` columns
// at most, if names are not longer. REQUIRES: `report` is valid and has points.
[[nodiscard]] std::string best_table(const Json& report, std::size_t width_max);

}  // namespace daris
