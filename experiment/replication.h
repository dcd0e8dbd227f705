// One replication of a simulated point.
#pragma once

#include "analysis/report/run_results.h"
#include "experiment/scenario.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

class Observer;
class Policy;

// Runs `policy`, fresh and made from `setup`, over `releases`. `watcher` may be null. Threads: any, beside
// others of the same scenario.
[[nodiscard]] RunResults simulate_replication(const Scenario& scenario, const PolicySetup& setup,
                                              Policy& policy, const ReleaseList& releases, Observer* watcher);

}  // namespace daris
