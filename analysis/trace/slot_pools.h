// Which slots a job may have waited for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace/run_timeline.h"
#include "base/time.h"

namespace daris {

// A pool is a context if the policy gives tasks a home, and else all slots together.
class SlotPools {
 public:
  // REQUIRES: `timeline` outlives this.
  explicit SlotPools(const RunTimeline& timeline);

  [[nodiscard]] std::size_t size() const { return pools_; }
  // The pool in which the job began or, if it never did, to which it was admitted.
  [[nodiscard]] std::size_t pool_of(const TimelineJob& job) const;
  // The slots of a pool.
  [[nodiscard]] std::vector<std::uint32_t> slots_of(std::size_t pool) const;
  [[nodiscard]] std::size_t slots_each() const { return slots_each_; }
  // Launches of a slot in their order. They do not overlap.
  [[nodiscard]] const std::vector<std::uint32_t>& launches_of(std::uint32_t slot) const {
    return launches_[slot];
  }
  // When the slot's context was lost; Time::never() if it was not.
  [[nodiscard]] Time lost_at(std::uint32_t slot) const { return lost_[slot]; }
  // If the job was admitted to a context that was lost before it began elsewhere: that instant.
  [[nodiscard]] std::optional<Time> moved_at(const TimelineJob& job) const;

 private:
  const RunTimeline& timeline_;
  bool homes_;
  std::size_t pools_;
  std::size_t slots_each_;
  std::vector<std::vector<std::uint32_t>> launches_;  // by slot
  std::vector<Time> lost_;                            // by slot
};

}  // namespace daris
