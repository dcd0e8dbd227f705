#include "policy/slot_table.h"

#include <algorithm>

namespace daris {

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

}  // namespace daris
