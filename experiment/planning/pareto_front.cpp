#include "experiment/planning/pareto_front.h"

#include <algorithm>
#include <tuple>

namespace daris {

std::vector<std::size_t> pareto_front(std::span<const TradeOff> all) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].latency_ms) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::make_tuple(*all[a].latency_ms, -all[a].throughput, a) <
           std::make_tuple(*all[b].latency_ms, -all[b].throughput, b);
  });
  std::vector<std::size_t> front;
  for (const std::size_t i : order)
    if (front.empty() || all[i].throughput > all[front.back()].throughput) front.push_back(i);
  return front;
}

}  // namespace daris
