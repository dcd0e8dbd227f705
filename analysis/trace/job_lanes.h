// Jobs of one task may overlap, but slices of one track may not: a task has as many tracks as it needs.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/trace/run_timeline.h"

namespace daris {

struct JobLanes {
  std::vector<std::uint32_t> lane;   // by job
  std::vector<std::uint32_t> lanes;  // by task: how many it needs, at least one
};

// A job takes the first lane of its task that is free from its release to its end.
[[nodiscard]] JobLanes assign_lanes(const RunTimeline& timeline);

}  // namespace daris
