// The releases of a replication of a point, in either world.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "experiment/release_log.h"
#include "experiment/settled_config.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// The log's releases, or drawn ones if `log` is null, up to the latest instant that counts. Errors: of the
// environment; there are so many that the memory can't hold the run.
[[nodiscard]] Result<ReleaseList> point_releases(const SettledConfig& config, const Workload& workload,
                                                 const PolicySetup& setup, const ReleaseLog* log,
                                                 std::uint32_t replication);

// Tells before a run if point_releases() will give an error.
[[nodiscard]] Status check_releases_fit(const SettledConfig& config, const Workload& workload,
                                        const ReleaseLog* log);

// What `count` replications side by side take, at most.
[[nodiscard]] double bytes_of_replications(const SettledConfig& config, const Workload& workload,
                                           std::size_t count);

// So many of `count` replications fit into the memory side by side, at least one.
[[nodiscard]] std::size_t replications_in_memory(const SettledConfig& config, const Workload& workload,
                                                 std::size_t count);

}  // namespace daris
