#include "policy/least_busy.h"

#include <cstddef>

#include "base/check.h"

namespace daris {
namespace {

// Of both contexts that are so far away.
std::uint32_t batches_around(std::span<const std::uint32_t> batches, std::size_t context,
                             std::size_t distance) {
  const std::size_t contexts = batches.size();
  return batches[(context + distance) % contexts] + batches[(context + contexts - distance) % contexts];
}

bool is_freer(std::span<const std::uint32_t> batches, ContextId a, ContextId b, std::size_t distance_max) {
  for (std::size_t distance = 0; distance <= distance_max; ++distance) {
    const std::uint32_t of_a = batches_around(batches, a.at(), distance);
    const std::uint32_t of_b = batches_around(batches, b.at(), distance);
    if (of_a != of_b) return of_a < of_b;
  }
  return false;
}

}  // namespace

ContextId least_busy(std::span<const ContextId> candidates, std::span<const std::uint32_t> batches,
                     bool spread) {
  DARIS_CHECK(!candidates.empty());
  const std::size_t distance_max = spread ? batches.size() / 2 : 0;
  ContextId best = candidates.front();
  for (const ContextId candidate : candidates.subspan(1)) {
    if (is_freer(batches, candidate, best, distance_max)) best = candidate;
  }
  return best;
}

}  // namespace daris
