// What slots spent their time on, so that a long wait is summed up without looking at each of its launches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/trace/run_timeline.h"
#include "analysis/trace/slot_pools.h"
#include "analysis/trace/stage_promises.h"
#include "base/time.h"

namespace daris {

// The policy may be told of a release so much later, and it still counts as told at once.
inline constexpr Duration kToldAtOnce = Duration::from_ns(100'000);

// Time of launches that was no orderly work.
struct DisturbedTime {
  Duration contention;
  Duration admission;
  Duration launching;
};

class SlotHistory {
 public:
  // REQUIRES: all three outlive this.
  SlotHistory(const RunTimeline& timeline, const SlotPools& pools, const std::vector<StagePromise>& promises);

  // The launches of a slot that overlap [from, to): places [first, last) in SlotPools::launches_of().
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  [[nodiscard]] Range overlapping(std::uint32_t slot, Time from, Time to) const;

  // The sum over the launches at places [first, last).
  [[nodiscard]] DisturbedTime between(std::uint32_t slot, Range range) const;

  // Places in the range of launches whose first job the policy was told of late, ascending.
  [[nodiscard]] std::span<const std::size_t> late_ones(std::uint32_t slot, Range range) const;

 private:
  const RunTimeline& timeline_;
  const SlotPools& pools_;
  std::vector<std::vector<DisturbedTime>> sums_;  // by slot and place: of all launches before it
  std::vector<std::vector<std::size_t>> late_;    // by slot: places
};

}  // namespace daris
