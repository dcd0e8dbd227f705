// The releases of a replication of a point, in either world.
#pragma once

#include <cstdint>

#include "experiment/release_log.h"
#include "experiment/settled_config.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// The log's releases, or drawn ones if `log` is null, up to the latest instant that counts.
[[nodiscard]] ReleaseList point_releases(const SettledConfig& config, const Workload& workload,
                                         const PolicySetup& setup, const ReleaseLog* log,
                                         std::uint32_t replication);

}  // namespace daris
