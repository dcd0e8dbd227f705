// One replication of a live point.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_results.h"
#include "base/result.h"
#include "experiment/live/live_scenario.h"
#include "experiment/release_log.h"
#include "gpu/nvml.h"
#include "runtime/live_backend.h"

namespace daris {

struct LiveReplication {
  std::optional<RunResults> results;  // nothing where it was stopped before its window began
  bool cut = false;                   // it was stopped: the window of the results ends there
  std::optional<std::string>
      losses;  // contexts that were lost, in one line; then the executor serves no other replication
  bool ended_early = false;  // all contexts were
  std::optional<std::string>
      log_failure;                    // the event log could not be written: the results stand all the same
  std::vector<std::string> warnings;  // what else happened, a line each
};

// What a replication takes beside its scenario. REQUIRES: all of it outlives the replication.
struct LiveReplicationSetup {
  LiveBackend* backend = nullptr;
  const ReleaseLog* releases = nullptr;  // null: they are drawn
  const Nvml* nvml = nullptr;
  std::uint32_t number = 0;
  std::string log_file;  // empty: no event log
  std::function<bool()> stopped;
};

// Errors: of the environment.
[[nodiscard]] Result<LiveReplication> run_live_replication(const LiveScenario& scenario,
                                                           const LiveReplicationSetup& setup);

}  // namespace daris
