// Intervals. Deterministic: double precision throughout, and rounded() hides what two machines' libm may
// differ in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace daris {

struct Interval {
  double low = 0;
  double high = 0;
};

// Every number of a document that came out of floating point goes through this: 10 significant digits.
[[nodiscard]] double rounded(double value);

// REQUIRES: not empty.
[[nodiscard]] double mean(std::span<const double> values);

// Half the width of Student's t interval for the mean; null below two values. REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<double> student_half_width(std::span<const double> values, double level = 0.95);

// Exact (Clopper-Pearson) interval of a rate. Null for no trials. REQUIRES: successes <= trials, 0 < level
// < 1.
[[nodiscard]] std::optional<Interval> clopper_pearson(std::uint64_t successes, std::uint64_t trials,
                                                      double level = 0.95);

// Interval of the mean of after[i] - before[i]; null below two pairs. REQUIRES: equal lengths.
[[nodiscard]] std::optional<Interval> paired_difference(std::span<const double> before,
                                                        std::span<const double> after, double level = 0.95);

}  // namespace daris
