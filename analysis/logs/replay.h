// Replays event logs: a fresh policy is given the events of a log, and must give the log's decisions. That
// proves that one scheduler drives both worlds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "analysis/logs/event_log_reader.h"
#include "base/result.h"

namespace daris {

struct ReplayOutcome {
  std::uint64_t steps = 0;
  std::uint64_t events = 0;
  std::uint64_t decisions = 0;
  bool truncated = false;                 // the log was cut off; what is there was replayed
  std::optional<std::string> difference;  // the first one, for people: file, line, time, both decisions
};

// Is told now and then, and once at the end, how many bytes of the log were read.
using OnBytesRead = std::function<void(std::uint64_t)>;

// The policy is the log's, or that of `policy` if it is not empty; a file is loaded (plugin/loader.h).
// Errors: the log can't be read. No policy can be made from its header. It has an event that can't have
// happened (such as a stage that finished in a slot in which nothing ran).
[[nodiscard]] Result<ReplayOutcome> replay(const std::filesystem::path& log, const OnBytesRead& on_read = {},
                                           const std::string& policy = "");
// Does the same for a log that is open and of which no step was read. `name` is what messages call it.
[[nodiscard]] Result<ReplayOutcome> replay(EventLogReader log, const std::string& name,
                                           const OnBytesRead& on_read = {}, const std::string& policy = "");

// Writes the log again to `out`, with the decisions of a fresh policy in place of those that it has, if it
// has any (`--decide`).
[[nodiscard]] Result<ReplayOutcome> decide(const std::filesystem::path& log, std::ostream& out,
                                           const OnBytesRead& on_read = {}, const std::string& policy = "");

}  // namespace daris
