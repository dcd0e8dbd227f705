// Turns runs into one trace that Perfetto shows (ui.perfetto.dev). What stands in it is in docs/formats.md,
// "Trace".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/trace/blame.h"
#include "analysis/trace/run_timeline.h"

namespace daris {

// A run, and why its jobs missed (blame_misses()).
struct BlamedRun {
  RunTimeline timeline;
  std::vector<MissBlame> blames;
};

// The bytes of a trace of all runs. Each run is a process of the trace, and all begin at its time 0.
[[nodiscard]] std::string make_trace(std::span<const BlamedRun> runs);

}  // namespace daris
