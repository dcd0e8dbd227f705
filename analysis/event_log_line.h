// The lines of an event log after its header: to text, and back. One place for the names of their fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/observer.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/result.h"
#include "policy/setup.h"
#include "policy/time.h"

namespace daris {

// Each appends one line with its line feed. `measured` may be null.
void append_event(std::string& out, std::uint64_t step, Time now, const Event& event, const StageMeasurement* measured);
void append_decision(std::string& out, std::uint64_t step, Time now, const Decision& decision);
void append_end(std::string& out, Time end);

// A decision for messages: its line without step and time.
[[nodiscard]] std::string describe(const Decision& decision);

struct EndLine {
  Time end;
};

// What ids a line may name.
struct LineLimits {
  std::uint32_t contexts = 0;
  std::uint32_t slots = 0;
  std::uint32_t tasks = 0;
  std::vector<std::uint32_t> stages;  // by task
};
[[nodiscard]] LineLimits limits_of(const PolicySetup& setup);

// One line read. `jobs` is what a LaunchStage's span points to; it stays right when the LogLine is moved.
struct LogLine {
  std::uint64_t step = 0;
  Time now;
  std::variant<EndLine, Event, Decision> content;
  StageMeasurement measured;  // of a StageFinished; what the line lacks is 0
  std::vector<JobId> jobs;
};

// Errors: what is not such a line, ids or times out of range. Messages begin with `origin`.
[[nodiscard]] Result<LogLine> parse_line(std::string_view line, const std::string& origin, const LineLimits& limits);

}  // namespace daris
