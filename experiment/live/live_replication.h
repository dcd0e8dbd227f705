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
#include "runtime/live_run.h"

namespace daris {

// Holds the outcome of one replication.
struct LiveReplication {
  RunEnd end = RunEnd::kDone;
  // nullopt if it was stopped before its window began. If it was stopped later, or all contexts were lost,
  // the window of the results ends there.
  std::optional<RunResults> results;
  // Contexts that were lost. The executor then serves no other replication.
  std::optional<Error> losses;
  bool losses_were_injected = false;  // all of them, and the run went on
  // The event log could not be written. The results stand all the same.
  std::optional<Error> log_failure;
  // Whatever else happened that readers of the report must know, a line each.
  std::vector<std::string> warnings;
};

// Gives a replication what it needs beside its scenario. REQUIRES: all of it outlives the replication.
struct LiveReplicationSetup {
  LiveBackend* backend = nullptr;
  const ReleaseLog* releases = nullptr;  // null: they are drawn
  const Nvml* nvml = nullptr;
  std::uint32_t number = 0;
  std::string log_file;  // empty: no event log
  std::function<bool()> stopped;
};

// Errors: of the environment; a policy from a file failed.
[[nodiscard]] Result<LiveReplication> run_live_replication(const LiveScenario& scenario,
                                                           const LiveReplicationSetup& setup);

}  // namespace daris
