// What sets a live run apart from its prediction before anything ran: configuration, tasks, machine.
#pragma once

#include <string>
#include <vector>

#include "base/json/json.h"
#include "experiment/validation/live_point.h"

namespace daris {

struct Difference {
  std::string field;  // "config.profile", "tasks", "granted_sms", "gpu", ...
  Json live;          // null if that side has none
  Json simulated;
  friend bool operator==(const Difference&, const Difference&) = default;
};

// Compares the settled configurations key by key, and the tasks with their counts and levels. Then come the
// SMs granted, the largest batches, GPU, driver, libraries and the program's commit. `provenance` is that of
// the simulated point, as a report has it.
[[nodiscard]] std::vector<Difference> differences_of(const LivePoint& live, const Json& simulated,
                                                     const Json& provenance);

}  // namespace daris
