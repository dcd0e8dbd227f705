// In which order a live sweep runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "experiment/point_runner.h"

namespace daris {

struct SweepTurn {
  std::size_t point = 0;  // its index
  std::uint32_t number = 0;
};

// Every replication of every point. Points of one partition shape (backend, device, SMs, contexts, streams,
// oversubscription) follow each other, the shapes in the order in which they first occur, so that each is set
// up once. Within a shape the order is shuffled by `seed`, so that a GPU that drifts with time favours no
// point.
[[nodiscard]] std::vector<SweepTurn> live_order(std::span<const Point> points, std::uint64_t seed);

}  // namespace daris
