// A validation as tables for a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "experiment/validation/validation.h"

namespace daris {

// Both fit into `width_max` columns (analysis/report/text_table.h).
//
// Coverage, differences before the run, errors of all figures, throughput by group. Then come references on
// the hard points, the order of shapes, errors with the live decisions, and the worst five points.
[[nodiscard]] std::string validation_table(const Validation& validation, std::size_t width_max);

// One row a point.
[[nodiscard]] std::string validation_points_table(const Validation& validation, std::size_t width_max);

}  // namespace daris
