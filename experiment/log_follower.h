// What a configuration takes from the event log that it names.
#pragma once

#include <map>
#include <string>

#include "analysis/logs/event_log.h"
#include "base/result.h"
#include "experiment/run_config.h"

namespace daris {

// Takes over what the configuration leaves open. Of a log of a schedule: the policy `scripted`, contexts,
// streams, oversubscription, backend, SMs (where that has any), duration, warmup, and whether models run in
// stages. Of one of releases: duration and warmup. One thread at a time.
class LogFollower {
 public:
  // Unchanged where it names none. Errors: no log.
  [[nodiscard]] Result<RunConfig> follow(const RunConfig& config);

 private:
  [[nodiscard]] Result<RunConfig> follow_releases(const RunConfig& config);
  [[nodiscard]] Result<const EventLogHeader*> header(const std::string& name);
  std::map<std::string, EventLogHeader> headers_;  // by file, as a grid names one many times
};

}  // namespace daris
