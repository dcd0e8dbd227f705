// The header of a run's event log, in either world: how it is made, and how a later run takes from it.
#pragma once

#include <string>
#include <string_view>

#include "analysis/logs/event_log_header.h"
#include "analysis/report/report.h"
#include "base/result.h"
#include "experiment/run_config.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

class Policy;

// `kind`: "simulated" or "live". `policy` is fresh and was made from `setup`. If the point's shape was
// chosen, the header's configuration has the shape that was taken.
[[nodiscard]] EventLogHeader make_log_header(const std::string& kind, const PointDescription& point,
                                             const Workload& workload, const PolicySetup& setup,
                                             const Policy& policy);

// Tells whether models ran stage by stage in the logged run.
[[nodiscard]] bool is_staged(const EventLogHeader& header);

// Sets `key` to its value in the header's configuration, if it is there. Messages call the log `name`.
// Errors: the value is not one of that key.
[[nodiscard]] Status take_over(RunConfig& config, std::string_view key, const EventLogHeader& header,
                               const std::string& name);

}  // namespace daris
