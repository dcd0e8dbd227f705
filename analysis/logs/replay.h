// The proof that one core drives both worlds: a log's events through a fresh policy give the log's decisions.
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
  bool truncated = false;                 // the log was cut off: what there is of it was replayed
  std::optional<std::string> difference;  // the first, for a person: file, line, time, both decisions
};

// Told now and then, and once at the end, how many bytes of the log were read.
using OnBytesRead = std::function<void(std::uint64_t)>;

// Errors: a log that can't be read, a policy that can't be made from its header, an event that could not have
// happened (a stage that finished in a slot where none ran).
[[nodiscard]] Result<ReplayOutcome> replay(const std::filesystem::path& log, const OnBytesRead& on_read = {});
// The same for a log that is open and of which no step was read. `name`: what messages call it.
[[nodiscard]] Result<ReplayOutcome> replay(EventLogReader log, const std::string& name,
                                           const OnBytesRead& on_read = {});

// `--decide`: writes the log again to `out` with the decisions of a fresh policy in place of those it has, if
// any.
[[nodiscard]] Result<ReplayOutcome> decide(const std::filesystem::path& log, std::ostream& out,
                                           const OnBytesRead& on_read = {});

}  // namespace daris
