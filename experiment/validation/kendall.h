// Kendall's tau-b: how far two orders of the same things agree.
#pragma once

#include <optional>
#include <span>

namespace daris {

// 1 if both orders are the same, -1 if one is the other backwards. Two values are tied if their difference is
// at most `tie` of the larger; ties count for neither side, as tau-b has it. Nullopt if all values of a side
// are tied. REQUIRES: equal sizes; no value is negative; tie >= 0.
[[nodiscard]] std::optional<double> kendall_tau_b(std::span<const double> a, std::span<const double> b,
                                                  double tie);

}  // namespace daris
