// Decisions as lines of text. Scenarios show them, and they are compared with the reference model.
//
//   admit cam#0 context 1            reject cam#0 utilization|certainly-late|no-context|not-scheduled
//   drop cam#0 certainly-late|context-lost|launch-failed
//   migrate cam from 0 to 1          launch slot 2 stage 1 batch 4 cam#0 cam#1
//   timer 0 at 1500                  timer 0 off
//
// A job is written task#ordinal. Stages are numbered from 1, everything else from 0. Times are nanoseconds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/decision.h"

namespace daris::testing {

using TaskNames = std::vector<std::string>;

// "t0", "t1", ...
[[nodiscard]] TaskNames numbered_names(std::size_t count);

[[nodiscard]] std::string to_text(JobId job, const TaskNames& names);
[[nodiscard]] std::string to_text(const Decision& decision, const TaskNames& names);
[[nodiscard]] std::vector<std::string> to_text(std::span<const Decision> decisions, const TaskNames& names);

}  // namespace daris::testing
