#include "workloads/arrivals/portable_math.h"

#include <cmath>

#include "base/check.h"

namespace daris {
namespace {

// ln 2 in two parts: the first has so few bits that its product with an exponent is exact.
constexpr double kLn2High = 0x1.62e42fefap-1;
constexpr double kLn2Low = 0x1.cf79abc9e3b4p-40;
constexpr double kSqrtHalf = 0x1.6a09e667f3bcdp-1;
constexpr double kUnderflow = -745;
constexpr double kOverflow = 709;

}  // namespace

double portable_log(double x) {
  DARIS_CHECK(x > 0 && std::isfinite(x));
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // in [1/2, 1), exact
  if (mantissa < kSqrtHalf) {
    mantissa *= 2;
    --exponent;
  }
  // ln m = 2 artanh(s), and |s| < 0.172: eleven terms of the series reach the last bit.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double series = 0;
  for (int term = 23; term >= 3; term -= 2) series = (series + 1.0 / term) * square;
  const double power = exponent;
  return power * kLn2High + (power * kLn2Low + 2 * (s + s * series));
}

double portable_exp(double x) {
  DARIS_CHECK(x <= kOverflow);
  if (x < kUnderflow) return 0;
  const double power = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double rest = (x - power * kLn2High) - power * kLn2Low;  // |rest| < 0.35
  // Taylor's series by Horner's rule. The terms beyond are below the last bit.
  double sum = 1;
  for (int term = 14; term >= 1; --term) sum = 1 + sum * rest / term;
  return std::ldexp(sum, static_cast<int>(power));
}

}  // namespace daris
