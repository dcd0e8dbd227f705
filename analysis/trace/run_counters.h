// How busy a run was, over time.
#pragma once

#include <cstdint>
#include <map>

#include "analysis/trace/run_timeline.h"
#include "base/time.h"

namespace daris {

// The value from each instant on, until the next one. Instants without a change are left out.
using Counter = std::map<Time, std::int64_t>;

// Slots with a stage, from the decision until its end is noticed.
[[nodiscard]] Counter busy_slots(const RunTimeline& timeline);

// Admitted jobs that wait for a slot.
[[nodiscard]] Counter waiting_jobs(const RunTimeline& timeline);

// The granted SMs of contexts with a busy slot, added up. If contexts overlap, that may be more than the GPU
// has. Empty if the log does not say what was granted.
[[nodiscard]] Counter busy_sms(const RunTimeline& timeline);

}  // namespace daris
