// Says why jobs missed their deadlines: one cause for each miss, from the event log alone. The rule is in
// docs/blame.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/trace/run_timeline.h"
#include "base/time.h"

namespace daris {

// In the order that decides if two contribute the same.
enum class MissCause { kQueueing, kBlocking, kContention, kLaunch, kLateRelease, kAdmission };
inline constexpr std::size_t kMissCauses = 6;
// "queueing", "blocking", "contention", "launch", "late_release", "admission"
[[nodiscard]] std::string_view to_text(MissCause cause);

// How much each cause added to a job's response beyond what the estimates promised, by MissCause.
using CauseTimes = std::array<Duration, kMissCauses>;

struct MissBlame {
  std::uint32_t job = 0;  // index into RunTimeline::jobs
  MissCause cause = MissCause::kQueueing;
  CauseTimes times;
};

// One entry for each job that missed, in the order of jobs.
[[nodiscard]] std::vector<MissBlame> blame_misses(const RunTimeline& timeline);

}  // namespace daris
