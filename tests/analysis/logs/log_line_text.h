// For tests: writes a line of an event log that was read as text again, so that two ways to read it can be
// compared.
#pragma once

#include <string>

#include "analysis/logs/event_log_line.h"

namespace daris::testing {

inline std::string text_of(const LogLine& line) {
  std::string text;
  if (const auto* end = std::get_if<EndLine>(&line.content)) append_end(text, end->end);
  if (const auto* event = std::get_if<Event>(&line.content)) {
    const bool measured = std::holds_alternative<StageFinished>(*event);
    append_event(text, line.step, line.now, *event, measured ? &line.measured : nullptr);
    if (measured) text += std::to_string(line.measured.execution.ns());
  }
  if (const auto* decision = std::get_if<Decision>(&line.content))
    append_decision(text, line.step, line.now, *decision);
  return text;
}

}  // namespace daris::testing
