// What estimates promised of each launch, and whether they were right.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/trace/blame.h"
#include "analysis/trace/run_timeline.h"
#include "base/time.h"

namespace daris {

struct StagePromise {
  Duration promised;  // the estimate that the run began with; the stage's own time if the log has none
  Duration overrun;   // how much longer the stage took
  // kAdmission if estimates of this stage are wrong in the whole run, so that too much was admitted; else
  // kContention.
  MissCause cause = MissCause::kContention;
};

// By launch. Estimates of a stage and batch size are wrong if the median time of its launches is more than a
// tenth above them.
[[nodiscard]] std::vector<StagePromise> stage_promises(const RunTimeline& timeline);

}  // namespace daris
