// The slots of all contexts: which are free, which job runs in which, and which contexts are lost. And which
// context is the least busy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "policy/ids.h"
#include "policy/ready_queue.h"

namespace daris {

// Threads: one caller at a time. Allocates in the constructor only.
class SlotTable {
 public:
  SlotTable(std::uint32_t contexts, std::uint32_t streams);

  [[nodiscard]] std::uint32_t contexts() const { return static_cast<std::uint32_t>(free_count_.size()); }
  [[nodiscard]] std::uint32_t contexts_left() const { return contexts_left_; }
  [[nodiscard]] bool is_lost(ContextId context) const { return lost_[context.at()]; }
  [[nodiscard]] ContextId context_of(SlotId slot) const { return context_of_[slot.at()]; }

  // Returns the number of free slots of the context. A lost context has none.
  [[nodiscard]] std::uint32_t free_slots(ContextId context) const { return free_count_[context.at()]; }
  // Returns the context with the most free slots; of equals, the lowest number. Returns nullopt if no slot is
  // free.
  [[nodiscard]] std::optional<ContextId> freest_context() const;
  // Puts `job` in the lowest free slot. REQUIRES: there is one.
  SlotId occupy(ContextId context, JobIndex job);
  // Returns nullopt if the slot is free. A lost context's slots keep theirs.
  [[nodiscard]] std::optional<JobIndex> occupant(SlotId slot) const { return occupants_[slot.at()]; }
  // Frees the slot and returns the job that had it. REQUIRES: it is busy, in a context that is not lost.
  JobIndex release(SlotId slot);
  // Calls `visit(job)` for each busy slot of the context, in order, and takes all its slots away for ever.
  template <typename Visit>
  void lose(ContextId context, Visit visit) {
    const std::size_t first = context.at() * streams_;
    for (std::size_t slot = first; slot < first + streams_; ++slot) {
      if (occupants_[slot].has_value()) visit(*occupants_[slot]);
    }
    mark_lost(context);
  }

 private:
  void mark_lost(ContextId context);

  std::uint32_t streams_;
  std::uint32_t contexts_left_;
  std::vector<bool> lost_;                          // by context
  std::vector<std::uint32_t> free_count_;           // by context
  std::vector<ContextId> context_of_;               // by slot
  std::vector<std::optional<JobIndex>> occupants_;  // by slot
};

// Returns the candidate with the fewest batches. Of equals it is the lowest number, or with `spread` the one
// with the fewest batches in the contexts next to it, then two away, and so on. On the backend `green`
// contexts share SMs with their neighbours; the last context is next to the first.
// `batches`: by context. REQUIRES: candidates are not empty, and ascend.
[[nodiscard]] ContextId least_busy(std::span<const ContextId> candidates,
                                   std::span<const std::uint32_t> batches, bool spread);

}  // namespace daris
