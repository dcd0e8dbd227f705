// Intervals. They are deterministic: all is of double precision, and rounded() hides the digits in which the
// libm of two machines may differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace daris {

struct Interval {
  double low = 0;
  double high = 0;
};

// 10 significant digits. All floating-point figures of a document go through this.
[[nodiscard]] double rounded(double value);

// REQUIRES: `values` is not empty.
[[nodiscard]] double mean(std::span<const double> values);

// Half the width of Student's t interval for the mean; null if there are fewer than two values.
// REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<double> student_half_width(std::span<const double> values, double level = 0.95);

// The exact (Clopper-Pearson) interval of a rate; null if there are no trials. REQUIRES: successes <= trials,
// 0 < level < 1.
[[nodiscard]] std::optional<Interval> clopper_pearson(std::uint64_t successes, std::uint64_t trials,
                                                      double level = 0.95);

// The interval of the mean of after[i] - before[i]; null if there are fewer than two pairs. REQUIRES: both
// have the same length.
[[nodiscard]] std::optional<Interval> paired_difference(std::span<const double> before,
                                                        std::span<const double> after, double level = 0.95);

}  // namespace daris
