// The runs that no other run beats in both of two figures.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace daris {

struct TradeOff {
  double throughput = 0;             // more is better
  std::optional<double> latency_ms;  // less is better; nullopt: not measured, and never on the front
};

// Indices of the front, ascending by latency. Of equal ones the first stays.
[[nodiscard]] std::vector<std::size_t> pareto_front(std::span<const TradeOff> all);

}  // namespace daris
