#include "analysis/report/welch.h"

#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "analysis/report/statistics.h"

namespace daris {
namespace {

namespace bmp = boost::math::policies;
// In doubles alone, since long double is another type on another machine.
using StudentT =
    boost::math::students_t_distribution<double,
                                         bmp::policy<bmp::promote_float<false>, bmp::promote_double<false>>>;

// The square of the mean's standard error.
double squared_error(std::span<const double> values) {
  const double middle = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  const auto count = static_cast<double>(values.size());
  return sum / (count - 1) / count;
}

}  // namespace

std::optional<double> welch_half_width(std::span<const double> a, std::span<const double> b, double level) {
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  const double of_a = squared_error(a);
  const double of_b = squared_error(b);
  const double both = of_a + of_b;
  if (both <= 0) return 0;
  const double freedom =
      both * both /
      (of_a * of_a / static_cast<double>(a.size() - 1) + of_b * of_b / static_cast<double>(b.size() - 1));
  return boost::math::quantile(StudentT(freedom), 0.5 + level / 2) * std::sqrt(both);
}

}  // namespace daris
