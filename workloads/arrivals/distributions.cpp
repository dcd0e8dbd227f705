#include "workloads/arrivals/distributions.h"

#include <cmath>

#include "base/check.h"
#include "workloads/arrivals/portable_math.h"

namespace daris {
namespace {

// REQUIRES: shape >= 1.
double draw_gamma_above_one(PhiloxStream& stream, double shape) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = draw_normal(stream);
    const double root = 1 + c * x;
    const double u = stream.next_unit();
    if (root <= 0) continue;
    const double v = root * root * root;
    if (portable_log(u) < x * x / 2 + d - d * v + d * portable_log(v)) return d * v;
  }
}

}  // namespace

double draw_normal(PhiloxStream& stream) {
  while (true) {
    const double x = 2 * stream.next_unit() - 1;
    const double y = 2 * stream.next_unit() - 1;
    const double square = x * x + y * y;
    if (square < 1 && square > 0) return x * std::sqrt(-2 * portable_log(square) / square);
  }
}

double draw_exponential(PhiloxStream& stream) { return -portable_log(stream.next_unit()); }

double draw_gamma(PhiloxStream& stream, double shape) {
  DARIS_CHECK(shape > 0);
  if (shape >= 1) return draw_gamma_above_one(stream, shape);
  const double above = draw_gamma_above_one(stream, shape + 1);
  return above * portable_exp(portable_log(stream.next_unit()) / shape);
}

}  // namespace daris
