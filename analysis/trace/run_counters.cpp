#include "analysis/trace/run_counters.h"

#include <iterator>
#include <vector>

namespace daris {
namespace {

// The sums of changes up to each instant.
Counter summed(const std::map<Time, std::int64_t>& changes) {
  Counter counter;
  std::int64_t value = 0;
  for (const auto& [at, change] : changes) {
    if (change == 0) continue;
    value += change;
    counter.emplace_hint(counter.end(), at, value);
  }
  return counter;
}

}  // namespace

Counter busy_slots(const RunTimeline& timeline) {
  std::map<Time, std::int64_t> changes;
  for (const TimelineLaunch& launch : timeline.launches) {
    ++changes[launch.decided];
    --changes[launch.noticed];
  }
  return summed(changes);
}

Counter waiting_jobs(const RunTimeline& timeline) {
  std::map<Time, std::int64_t> changes;
  for (const TimelineJob& job : timeline.jobs) {
    if (!job.admitted) continue;
    Time ready = job.seen;
    for (const std::uint32_t index : job.launches) {
      const TimelineLaunch& launch = timeline.launches[index];
      ++changes[ready];
      --changes[launch.decided];
      ready = launch.noticed;
    }
    if (ready >= job.ended) continue;
    ++changes[ready];
    --changes[job.ended];
  }
  return summed(changes);
}

Counter busy_sms(const RunTimeline& timeline) {
  const std::vector<std::uint32_t>& granted = timeline.header.granted_sms;
  const std::size_t streams = timeline.header.setup.streams;
  if (granted.size() != timeline.header.setup.contexts) return {};
  std::multimap<Time, std::pair<std::size_t, std::int64_t>> changes;  // of slots of a context
  for (const TimelineLaunch& launch : timeline.launches) {
    changes.emplace(launch.decided, std::pair(launch.slot.at() / streams, 1));
    changes.emplace(launch.noticed, std::pair(launch.slot.at() / streams, -1));
  }
  std::vector<std::int64_t> busy(granted.size(), 0);
  Counter counter;
  std::int64_t sms = 0;
  for (const auto& [at, change] : changes) {
    const auto& [context, slots] = change;
    const bool was_busy = busy[context] > 0;
    busy[context] += slots;
    const bool is_busy = busy[context] > 0;
    if (was_busy != is_busy) sms += is_busy ? granted[context] : -std::int64_t{granted[context]};
    counter[at] = sms;
  }
  std::int64_t last = 0;
  for (auto sample = counter.begin(); sample != counter.end();) {
    const bool same = sample->second == last;
    last = sample->second;
    sample = same ? counter.erase(sample) : std::next(sample);
  }
  return counter;
}

}  // namespace daris
