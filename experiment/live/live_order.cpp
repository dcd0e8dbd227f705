#include "experiment/live/live_order.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "workloads/arrivals/philox_stream.h"

namespace daris {
namespace {

auto shape_of(const SettledConfig& config) {
  return std::make_tuple(config.backend, config.device, config.sms, config.contexts, config.streams,
                         config.oversubscription_milli, config.partition);
}

void shuffle(std::vector<SweepReplication>& order, PhiloxStream& draws) {
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[draws.next_below(left)]);
}

}  // namespace

std::vector<SweepReplication> live_order(std::span<const Point> points, std::uint64_t seed) {
  using OnDevice = decltype(shape_of(SettledConfig()));
  std::vector<std::pair<OnDevice, std::vector<SweepReplication>>> shapes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const OnDevice shape = shape_of(points[i].config);
    auto known =
        std::find_if(shapes.begin(), shapes.end(), [&](const auto& one) { return one.first == shape; });
    if (known == shapes.end()) known = shapes.insert(known, {shape, {}});
    for (std::uint32_t number = 0; number < points[i].config.replications; ++number)
      known->second.push_back({i, number});
  }
  std::vector<SweepReplication> order;
  PhiloxStream draws({seed, 0, 0, 0, DrawPurpose::kOrder});
  for (auto& [shape, replications] : shapes) {
    shuffle(replications, draws);
    order.insert(order.end(), replications.begin(), replications.end());
  }
  return order;
}

}  // namespace daris
