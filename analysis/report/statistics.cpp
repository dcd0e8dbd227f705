#include "analysis/report/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "base/check.h"

namespace daris {
namespace {

namespace bmp = boost::math::policies;
// All is computed in doubles, since long double is another type on another machine. Errors can't occur for
// arguments in range.
using InDouble =
    bmp::policy<bmp::promote_float<false>, bmp::promote_double<false>, bmp::domain_error<bmp::ignore_error>,
                bmp::overflow_error<bmp::ignore_error>, bmp::evaluation_error<bmp::ignore_error>>;
using StudentT = boost::math::students_t_distribution<double, InDouble>;
using Beta = boost::math::beta_distribution<double, InDouble>;

// The probability that of `trials` no more than `successes` succeed, at `rate`.
double binomial_cdf(std::uint64_t successes, std::uint64_t trials, double rate) {
  if (successes >= trials) return 1;
  return boost::math::cdf(Beta(static_cast<double>(trials - successes), static_cast<double>(successes) + 1),
                          1 - rate);
}

// The least number for which `holds`, searched from `guess`. REQUIRES: it does not hold for smaller ones, and
// holds for all larger ones.
template <typename Holds>
std::uint64_t least_from(std::uint64_t guess, const Holds& holds) {
  while (!holds(guess)) ++guess;
  while (guess > 0 && holds(guess - 1)) --guess;
  return guess;
}

// The normal approximation of the count of values up to quantile `q`, `deviations` above the mean.
std::uint64_t approximate_rank(double q, std::uint64_t count, double deviations) {
  const auto n = static_cast<double>(count);
  return static_cast<std::uint64_t>(std::clamp(n * q + deviations * std::sqrt(n * q * (1 - q)), 0.0, n));
}

// The variance of the mean, as the spread of the values tells it. REQUIRES: there are two or more.
double variance_of_mean(std::span<const double> values) {
  const double center = daris::mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - center) * (value - center);
  const auto count = static_cast<double>(values.size());
  return squares / (count - 1) / count;
}

}  // namespace

double rounded(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  const double result = std::strtod(text, nullptr);
  return result == 0.0 ? 0.0 : result;  // no negative zero
}

double mean(std::span<const double> values) {
  DARIS_CHECK(!values.empty());
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> student_half_width(std::span<const double> values, double level) {
  DARIS_CHECK(0 < level && level < 1);
  if (values.size() < 2) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  return boost::math::quantile(StudentT(count - 1), 0.5 + level / 2) * std::sqrt(variance_of_mean(values));
}

std::optional<Interval> clopper_pearson(std::uint64_t successes, std::uint64_t trials, double level) {
  DARIS_CHECK(successes <= trials && 0 < level && level < 1);
  if (trials == 0) return std::nullopt;
  const double tail = (1 - level) / 2;
  const auto yes = static_cast<double>(successes);
  const auto no = static_cast<double>(trials - successes);
  Interval interval{0, 1};
  if (successes > 0) interval.low = boost::math::quantile(Beta(yes, no + 1), tail);
  if (successes < trials) interval.high = boost::math::quantile(Beta(yes + 1, no), 1 - tail);
  return interval;
}

RankInterval quantile_ranks(double q, std::uint64_t count, double level) {
  DARIS_CHECK(count > 0 && 0 < q && q < 1 && 0 < level && level < 1);
  constexpr double kDeviations = 2;  // near those of 95%
  const double tail = (1 - level) / 2;
  const auto at_most = [&](std::uint64_t values) { return binomial_cdf(values, count, q); };
  // The value of rank r is above the quantile if fewer than r values are below it.
  const std::uint64_t low = least_from(approximate_rank(q, count, -kDeviations),
                                       [&](std::uint64_t values) { return at_most(values) > tail; });
  const std::uint64_t high = least_from(approximate_rank(q, count, kDeviations),
                                        [&](std::uint64_t values) { return at_most(values) >= 1 - tail; });
  RankInterval ranks;
  if (low > 0) ranks.low = low;
  if (high < count) ranks.high = high + 1;
  return ranks;
}

bool quantile_is_within(double q, std::uint64_t above, std::uint64_t count, double level) {
  DARIS_CHECK(above <= count && 0 < q && q < 1 && 0 < level && level < 1);
  return binomial_cdf(above, count, 1 - q) <= 1 - level;
}

std::uint64_t values_needed(double q, std::uint64_t above, double level) {
  const auto is_enough = [&](std::uint64_t count) {
    return count >= above && quantile_is_within(q, above, count, level);
  };
  std::uint64_t enough = above + 1;
  while (!is_enough(enough)) enough *= 2;
  std::uint64_t few = enough / 2;
  while (enough - few > 1) {
    const std::uint64_t between = few + (enough - few) / 2;
    (is_enough(between) ? enough : few) = between;
  }
  return enough;
}

std::optional<Interval> paired_difference(std::span<const double> before, std::span<const double> after,
                                          double level) {
  DARIS_CHECK(before.size() == after.size());
  std::vector<double> differences;
  differences.reserve(before.size());
  for (std::size_t pair = 0; pair < before.size(); ++pair) differences.push_back(after[pair] - before[pair]);
  const std::optional<double> half_width = student_half_width(differences, level);
  if (!half_width) return std::nullopt;
  const double center = mean(differences);
  return Interval{center - *half_width, center + *half_width};
}

std::optional<Interval> welch_difference(std::span<const double> before, std::span<const double> after,
                                         double level) {
  DARIS_CHECK(0 < level && level < 1);
  if (before.size() < 2 || after.size() < 2) return std::nullopt;
  const double center = mean(after) - mean(before);
  const double ours = variance_of_mean(before);
  const double theirs = variance_of_mean(after);
  const double both = ours + theirs;
  if (both <= 0) return Interval{center, center};
  // Welch's and Satterthwaite's degrees of freedom.
  const double freedom = both * both /
                         (ours * ours / static_cast<double>(before.size() - 1) +
                          theirs * theirs / static_cast<double>(after.size() - 1));
  const double half_width = boost::math::quantile(StudentT(freedom), 0.5 + level / 2) * std::sqrt(both);
  return Interval{center - half_width, center + half_width};
}

}  // namespace daris
