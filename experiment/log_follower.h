// Takes over, from the event log that a configuration names, what the configuration leaves open.
#pragma once

#include <map>
#include <string>

#include "analysis/logs/event_log_header.h"
#include "base/result.h"
#include "experiment/run_config.h"

namespace daris {

// From the log of a schedule it takes policy `scripted`, the shape, backend, and SMs (if the backend has
// any). It also takes duration, warmup, and whether models run in stages. From the log of releases it takes
// duration and warmup. One thread at a time.
class LogFollower {
 public:
  // Returns `config` unchanged if it names no log. Errors: there is no such log.
  [[nodiscard]] Result<RunConfig> follow(const RunConfig& config);

 private:
  [[nodiscard]] Result<RunConfig> follow_releases(const RunConfig& config);
  [[nodiscard]] Result<const EventLogHeader*> header(const std::string& name);
  std::map<std::string, EventLogHeader> headers_;  // by file: a grid names one many times
};

}  // namespace daris
