#include "policy/slot_table.h"

#include <algorithm>

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

SlotTable::SlotTable(std::uint32_t contexts, std::uint32_t streams)
    : streams_(streams),
      contexts_left_(contexts),
      lost_(contexts, false),
      free_count_(contexts, streams),
      occupants_(std::size_t{contexts} * streams) {
  for (std::uint32_t slot = 0; slot < contexts * streams; ++slot) context_of_.emplace_back(slot / streams);
}

std::optional<ContextId> SlotTable::freest_context() const {
  const auto most = std::max_element(free_count_.begin(), free_count_.end());
  if (most == free_count_.end() || *most == 0) return std::nullopt;
  return ContextId(static_cast<std::uint32_t>(most - free_count_.begin()));
}

SlotId SlotTable::occupy(ContextId context, JobIndex job) {
  DARIS_CHECK(free_count_[context.at()] > 0);
  std::size_t slot = context.at() * streams_;
  while (occupants_[slot].has_value()) ++slot;
  occupants_[slot] = job;
  --free_count_[context.at()];
  return SlotId(static_cast<std::uint32_t>(slot));
}

JobIndex SlotTable::release(SlotId slot) {
  DARIS_CHECK(slot.at() < occupants_.size() && occupants_[slot.at()].has_value());
  const JobIndex job = *occupants_[slot.at()];
  occupants_[slot.at()].reset();
  ++free_count_[context_of_[slot.at()].at()];
  return job;
}

void SlotTable::mark_lost(ContextId context) {
  lost_[context.at()] = true;
  free_count_[context.at()] = 0;
  --contexts_left_;
}

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
