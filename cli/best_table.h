// The answer of a big sweep on one page: what each policy does in its best shape, for each task set, load and
// mix.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// There is one row for each of best_points() (analysis/report/best_points.h), with its shape and switches. If
// there are many rows, those below a task set's highest load are left out, but for the policy and mix that
// come first. Lines take `width_max` columns at most, if names are not longer. REQUIRES: `report` is valid
// and has points.
[[nodiscard]] std::string best_table(const Json& report, std::size_t width_max);

}  // namespace daris
