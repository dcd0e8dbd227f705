#include "analysis/trace/slot_history.h"

#include <algorithm>

namespace daris {
namespace {

bool was_told_late(const RunTimeline& timeline, const TimelineLaunch& launch) {
  if (launch.jobs.empty()) return false;
  const TimelineJob& job = timeline.jobs[launch.jobs.front()];
  return job.seen - job.nominal_release > kToldAtOnce;
}

}  // namespace

SlotHistory::SlotHistory(const RunTimeline& timeline, const SlotPools& pools,
                         const std::vector<StagePromise>& promises)
    : timeline_(timeline), pools_(pools) {
  const auto slots = static_cast<std::uint32_t>(pools.size() * pools.slots_each());
  sums_.resize(slots);
  late_.resize(slots);
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::vector<std::uint32_t>& launches = pools.launches_of(slot);
    DisturbedTime sum;
    sums_[slot].reserve(launches.size() + 1);
    sums_[slot].push_back(sum);
    for (std::size_t place = 0; place < launches.size(); ++place) {
      const TimelineLaunch& launch = timeline.launches[launches[place]];
      const StagePromise& promise = promises[launches[place]];
      (promise.cause == MissCause::kContention ? sum.contention : sum.admission) += promise.overrun;
      sum.launching += (launch.started - launch.decided) + (launch.noticed - launch.ended);
      sums_[slot].push_back(sum);
      if (was_told_late(timeline, launch)) late_[slot].push_back(place);
    }
  }
}

SlotHistory::Range SlotHistory::overlapping(std::uint32_t slot, Time from, Time to) const {
  const std::vector<std::uint32_t>& launches = pools_.launches_of(slot);
  const auto first = std::partition_point(launches.begin(), launches.end(), [&](std::uint32_t index) {
    return timeline_.launches[index].noticed <= from;
  });
  const auto last = std::partition_point(
      first, launches.end(), [&](std::uint32_t index) { return timeline_.launches[index].decided < to; });
  return {static_cast<std::size_t>(first - launches.begin()),
          static_cast<std::size_t>(last - launches.begin())};
}

DisturbedTime SlotHistory::between(std::uint32_t slot, Range range) const {
  const DisturbedTime& before = sums_[slot][range.first];
  const DisturbedTime& all = sums_[slot][range.last];
  return {all.contention - before.contention, all.admission - before.admission,
          all.launching - before.launching};
}

std::span<const std::size_t> SlotHistory::late_ones(std::uint32_t slot, Range range) const {
  const std::vector<std::size_t>& places = late_[slot];
  const auto first = std::lower_bound(places.begin(), places.end(), range.first);
  const auto last = std::lower_bound(first, places.end(), range.last);
  return {first, last};
}

}  // namespace daris
