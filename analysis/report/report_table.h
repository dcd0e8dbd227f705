// A report as a table, for people at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// Each point has a row: the configuration keys that differ between points, then throughput (all, in time),
// for each level misses, rejections and response time, then stage slow-down, estimate coverage and busy
// slots. Configuration that all points share stands above. The text has fixed widths and no colours, and ends
// in a line feed. Lines take `width_max` columns at most, if names and values are not longer. REQUIRES:
// `report` is valid (analysis/report/report.h).
[[nodiscard]] std::string report_table(const Json& report, std::size_t width_max);

}  // namespace daris
