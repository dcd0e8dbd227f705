// The order in which a live sweep runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiment/point_runner.h"

namespace daris {

// A replication of one of the sweep's points.
struct SweepReplication {
  std::size_t point = 0;  // index of the point
  std::uint32_t number = 0;
};

// Every replication of every point. Points of one partition shape (backend, device, SMs, contexts, streams,
// oversubscription) follow each other, so that each shape is set up once. Shapes come in the order in which
// they first occur. Within a shape the order is shuffled by `seed`, so that a GPU that drifts with time
// favours no point. If points are kept whole, they are shuffled, and the replications of each follow each
// other.
[[nodiscard]] std::vector<SweepReplication> live_order(std::span<const Point> points, std::uint64_t seed,
                                                       bool whole_points = false);

}  // namespace daris
