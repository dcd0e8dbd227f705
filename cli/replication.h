// One replication of a simulated point.
#pragma once

#include <cstdint>

#include "analysis/observer.h"
#include "analysis/run_results.h"
#include "cli/release_log.h"
#include "cli/scenario.h"
#include "policy/policy.h"
#include "policy/result.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// What replication `number` releases: the log's releases, or drawn ones. Up to the latest instant that counts.
[[nodiscard]] ReleaseList releases_of(const Scenario& scenario, const ReleaseLog* log, std::uint32_t number);

// Runs `policy`, fresh and made from `setup`, over `releases`. `watcher` may be null. Threads: any, beside others of the same
// scenario.
[[nodiscard]] RunResults simulate_replication(const Scenario& scenario, const PolicySetup& setup, Policy& policy,
                                              const ReleaseList& releases, Observer* watcher);

}  // namespace daris
