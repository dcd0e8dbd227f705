#include "experiment/validation/kendall.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/check.h"

namespace daris {
namespace {

// -1, 0 or 1.
int order_of(double one, double other, double tie) {
  if (std::abs(one - other) <= tie * std::max(one, other)) return 0;
  return one < other ? -1 : 1;
}

}  // namespace

std::optional<double> kendall_tau_b(std::span<const double> a, std::span<const double> b, double tie) {
  DARIS_CHECK(a.size() == b.size() && tie >= 0);
  double agree = 0;
  double ordered_a = 0;
  double ordered_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = i + 1; j < a.size(); ++j) {
      const int in_a = order_of(a[i], a[j], tie);
      const int in_b = order_of(b[i], b[j], tie);
      agree += in_a * in_b;
      ordered_a += in_a != 0 ? 1 : 0;
      ordered_b += in_b != 0 ? 1 : 0;
    }
  }
  if (ordered_a == 0 || ordered_b == 0) return std::nullopt;
  return agree / std::sqrt(ordered_a * ordered_b);
}

}  // namespace daris
