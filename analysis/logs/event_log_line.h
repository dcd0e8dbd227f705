// The lines of an event log behind its header: to text, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "drive/observer.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/setup.h"

namespace daris {

// Each appends one line with its line feed. `measured` may be null.
void append_event(std::string& out, std::uint64_t step, Time now, const Event& event,
                  const StageMeasurement* measured);
void append_decision(std::string& out, std::uint64_t step, Time now, const Decision& decision);
void append_end(std::string& out, Time end);

// A decision as messages show it: its line without step and time.
[[nodiscard]] std::string describe(const Decision& decision);

struct EndLine {
  Time end;
};

// Limits the ids that a line may name.
struct LineLimits {
  std::uint32_t contexts = 0;
  std::uint32_t slots = 0;
  std::uint32_t tasks = 0;
  std::vector<std::uint32_t> stages;  // by task, one for each
};
[[nodiscard]] LineLimits limits_of(const PolicySetup& setup);

// A line that was read. The span of a LaunchStage points to `jobs`, and still does when the LogLine is moved.
struct LogLine {
  std::uint64_t step = 0;
  Time now;
  std::variant<EndLine, Event, Decision> content;
  StageMeasurement measured;  // of a StageFinished; a field that the line lacks is 0
  std::vector<JobId> jobs;
};

// Reads a line that stands exactly as the functions above write it: keys in their order, no space, no number
// written otherwise. It gives what parse_line() gives, is more than twenty times as quick, and reuses the
// memory of `line`. Returns false for any other line, right or wrong, and leaves `line` in disorder;
// parse_line() then says what it is.
[[nodiscard]] bool scan_line(std::string_view text, const LineLimits& limits, LogLine& line);

// Reads a line as any program may write it. Errors: the text is no such line, or an id or a time is out of
// range. Messages begin with `origin`.
[[nodiscard]] Result<LogLine> parse_line(std::string_view line, const std::string& origin,
                                         const LineLimits& limits);

}  // namespace daris
