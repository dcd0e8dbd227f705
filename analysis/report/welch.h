// The difference of two means whose values are no pairs.
#pragma once

#include <optional>
#include <span>

namespace daris {

// Half the width of Welch's t interval for mean(a) - mean(b), whose variances may differ. Null if either has
// fewer than two values. 0 if neither varies. REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<double> welch_half_width(std::span<const double> a, std::span<const double> b,
                                                     double level = 0.95);

}  // namespace daris
