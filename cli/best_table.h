// The answer of a big sweep on one page: what each policy does in its best shape, for each task set, load and
// mix.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/report/best_points.h"
#include "base/json/json_fwd.h"

namespace daris {

// There is one row for each of the best points, with its shape and switches. If there are many rows, those
// below a task set's highest load are left out, but for the policy and mix that come first. `head`: the
// report of the points, with or without them. Lines take `width_max` columns at most, if names are not
// longer. REQUIRES: `points` has some.
[[nodiscard]] std::string best_table(const Json& head, const BestPoints& points, std::size_t width_max);

}  // namespace daris
