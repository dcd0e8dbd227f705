// Intervals. They are deterministic: all is of double precision, and rounded() hides the digits in which the
// libm of two machines may differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace daris {

// Of all intervals that documents and tables have.
inline constexpr double kConfidenceLevel = 0.95;

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

// Intervals of a quantile, from ranks alone: they hold for any distribution of independent values
// (docs/formats.md, "Intervals"). REQUIRES for all: 0 < q < 1, 0 < level < 1.

// The ranks, from 1, of the two values between which quantile `q` lies with probability `level` at least.
// Nullopt for an end that so few values don't give. REQUIRES: count > 0.
struct RankInterval {
  std::optional<std::uint64_t> low;
  std::optional<std::uint64_t> high;
};
[[nodiscard]] RankInterval quantile_ranks(double q, std::uint64_t count, double level);

// Tells whether quantile `q` is at most a limit, if `above` of `count` values are above it: the exact
// one-sided bound of `level` is within the limit. REQUIRES: above <= count.
[[nodiscard]] bool quantile_is_within(double q, std::uint64_t above, std::uint64_t count, double level);
// The least count of values with which that can be said if `above` of them are above the limit.
[[nodiscard]] std::uint64_t values_needed(double q, std::uint64_t above, double level);

// The interval of the mean of after[i] - before[i]; null if there are fewer than two pairs. REQUIRES: both
// have the same length.
[[nodiscard]] std::optional<Interval> paired_difference(std::span<const double> before,
                                                        std::span<const double> after, double level = 0.95);

// The interval of the mean of `after` less that of `before`, of values that are not pairs and may spread
// differently (Welch's t interval); null if either has fewer than two values. REQUIRES: 0 < level < 1.
[[nodiscard]] std::optional<Interval> welch_difference(std::span<const double> before,
                                                       std::span<const double> after, double level = 0.95);

}  // namespace daris
