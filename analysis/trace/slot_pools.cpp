#include "analysis/trace/slot_pools.h"

#include <numeric>

namespace daris {

SlotPools::SlotPools(const RunTimeline& timeline)
    : timeline_(timeline),
      homes_(!timeline.header.placement.empty()),
      pools_(homes_ ? timeline.header.setup.contexts : 1) {
  const std::size_t streams = timeline.header.setup.streams;
  const std::size_t slots = timeline.header.setup.contexts * streams;
  slots_each_ = slots / pools_;
  launches_.resize(slots);
  lost_.assign(slots, Time::never());
  for (std::size_t i = 0; i < timeline.launches.size(); ++i)
    launches_[timeline.launches[i].slot.at()].push_back(static_cast<std::uint32_t>(i));
  for (const ContextLossAt& loss : timeline.losses) {
    for (std::size_t stream = 0; stream < streams; ++stream)
      lost_[loss.context.at() * streams + stream] = loss.at;
  }
}

std::size_t SlotPools::pool_of(const TimelineJob& job) const {
  if (!homes_) return 0;
  if (job.launches.empty()) return job.context.at();
  return timeline_.launches[job.launches.front()].slot.at() / timeline_.header.setup.streams;
}

std::vector<std::uint32_t> SlotPools::slots_of(std::size_t pool) const {
  std::vector<std::uint32_t> slots(slots_each_);
  std::iota(slots.begin(), slots.end(), static_cast<std::uint32_t>(pool * slots_each_));
  return slots;
}

std::optional<Time> SlotPools::moved_at(const TimelineJob& job) const {
  if (!homes_ || job.launches.empty() || pool_of(job) == job.context.at()) return std::nullopt;
  const Time lost = lost_[job.context.at() * timeline_.header.setup.streams];
  return lost == Time::never() ? std::nullopt : std::optional(lost);
}

}  // namespace daris
