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

template <typename Value>
void shuffle(std::vector<Value>& order, PhiloxStream& draws) {
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[draws.next_below(left)]);
}

using OnDevice = decltype(shape_of(SettledConfig()));
using PointsOfShapes = std::vector<std::pair<OnDevice, std::vector<std::size_t>>>;

PointsOfShapes by_shape(std::span<const Point> points) {
  PointsOfShapes shapes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const OnDevice shape = shape_of(points[i].config);
    auto known =
        std::find_if(shapes.begin(), shapes.end(), [&](const auto& one) { return one.first == shape; });
    if (known == shapes.end()) known = shapes.insert(known, {shape, {}});
    known->second.push_back(i);
  }
  return shapes;
}

}  // namespace

std::vector<SweepReplication> live_order(std::span<const Point> points, std::uint64_t seed,
                                         bool whole_points) {
  std::vector<SweepReplication> order;
  PhiloxStream draws({seed, 0, 0, 0, DrawPurpose::kOrder});
  for (auto& [shape, indices] : by_shape(points)) {
    if (whole_points) shuffle(indices, draws);
    std::vector<SweepReplication> replications;
    for (const std::size_t index : indices) {
      for (std::uint32_t number = 0; number < points[index].config.replications; ++number)
        replications.push_back({index, number});
    }
    if (!whole_points) shuffle(replications, draws);
    order.insert(order.end(), replications.begin(), replications.end());
  }
  return order;
}

}  // namespace daris
