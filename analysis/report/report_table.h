// A report for a person at a terminal.
#pragma once

#include <string>

#include "base/json/json.h"

namespace daris {

// One row a point: the configuration keys that differ between points, then throughput (all, in time), per
// level misses, losses and response time, stage slow-down, estimate coverage. Configuration that all points
// share stands above. REQUIRES: `report` is valid (analysis/report/report.h). Fixed width, no colours, ends
// in a line break.
[[nodiscard]] std::string report_table(const Json& report);

}  // namespace daris
