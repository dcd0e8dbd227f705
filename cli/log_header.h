// The header of a run's event log, in either world.
#pragma once

#include <string>

#include "analysis/event_log.h"
#include "analysis/report.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// `kind`: "simulated" or "live". `policy` is fresh and was made from `setup`.
[[nodiscard]] EventLogHeader make_log_header(const std::string& kind, const PointDescription& point,
                                             const Workload& workload, const PolicySetup& setup, const Policy& policy);

}  // namespace daris
