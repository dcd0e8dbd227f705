// Finds what makes a run release less than its inputs say, or otherwise than they say (docs/formats.md,
// "Warnings").
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/run_results.h"
#include "experiment/inputs.h"
#include "experiment/settled_config.h"
#include "workloads/workload.h"

namespace daris {

// Appends what is known before the run: options that a log overrules, a log that ends early, traces whose
// rate or length is not that of the set, copies that share a trace, disturbances behind the run's end.
// REQUIRES: `workload` is the scaled one of `input`.
void warn_of_workload(const SettledConfig& config, const Workload& workload, const WorkloadInput& input,
                      std::vector<std::string>& warnings);

// Appends a warning for each task of which no replication released a job in its window.
void warn_of_silent_tasks(const RunDescription& run, std::span<const RunResults> replications,
                          std::vector<std::string>& warnings);

}  // namespace daris
