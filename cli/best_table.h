// The answer of a big sweep on one page: for each task set, load and mix, what each policy can do in its best
// shape.
#pragma once

#include <string>

#include "base/json/json.h"

namespace daris {

// One row a task set, load, load_by, priority mix, backend and policy: of its points the one with most jobs
// done in time (of equals, with more throughput, then fewer level-0 misses, then the first), with its shape
// and switches. Where these are many, the policy and mix that come first stand alone below a task set's
// highest load. REQUIRES: `report` is valid and has points.
[[nodiscard]] std::string best_table(const Json& report);

}  // namespace daris
