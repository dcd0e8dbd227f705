// One replication of a simulated point.
#pragma once

#include <functional>
#include <optional>

#include "analysis/report/run_results.h"
#include "experiment/scenario.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

class Observer;
class Policy;

// Runs `policy`, fresh and made from `setup`, over `releases`. `watcher` may be null. Returns nullopt if
// `stopped` ended it. Threads: any, beside others of the same scenario.
[[nodiscard]] std::optional<RunResults> simulate_replication(const Scenario& scenario,
                                                             const PolicySetup& setup, Policy& policy,
                                                             const ReleaseList& releases, Observer* watcher,
                                                             const std::function<bool()>& stopped);

}  // namespace daris
