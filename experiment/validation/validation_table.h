// A validation as tables for a terminal.
#pragma once

#include <string>

#include "experiment/validation/validation.h"

namespace daris {

// Coverage, differences before the run, errors of all figures, throughput by group, the worst five points.
[[nodiscard]] std::string validation_table(const Validation& validation);

// One row a point.
[[nodiscard]] std::string validation_points_table(const Validation& validation);

}  // namespace daris
