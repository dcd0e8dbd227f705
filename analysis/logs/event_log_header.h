// The first line of an event log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "policy/ids.h"
#include "policy/setup.h"

namespace daris {

// What a task runs, for people and later runs: a replay does not need it. Empty texts if a log lacks it.
struct LoggedModel {
  std::string model;
  std::string precision;
};

struct EventLogHeader {
  std::string kind;                    // "simulated" or "live"
  std::string program;                 // "daris 0.1.0"
  std::string policy;                  // a name of policy/registry.h
  std::shared_ptr<const Json> config;  // the point's resolved configuration, as in the report; not null
  std::uint32_t replication = 0;
  // The contexts (schema daris.partition), if a search listed them; else null. Then the configuration has
  // their name alone.
  std::shared_ptr<const Json> partition;
  std::vector<std::uint32_t> granted_sms;
  std::vector<ContextId> placement;      // Policy::homes() before the run; empty if the policy has none
  std::vector<std::string> task_names;   // by TaskId
  std::vector<LoggedModel> task_models;  // by TaskId; empty if the log has none
  PolicySetup setup;                     // with each estimate that the run begins with
};

// "camera" of "camera/3": a group that has copies numbers them.
[[nodiscard]] std::string group_of_task(const std::string& task);

[[nodiscard]] Json header_to_json(const EventLogHeader& header);

// Errors: as docs/formats.md, "Input that is wrong"; `origin` is "FILE:1". All values of the result are in
// range. make_policy() says whether a policy can serve the setup.
[[nodiscard]] Result<EventLogHeader> parse_header(std::string_view line, const std::string& origin);

}  // namespace daris
