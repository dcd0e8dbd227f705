// The first line of an event log.
#pragma once

#include <string>
#include <string_view>

#include "analysis/logs/event_log.h"
#include "base/json/json.h"
#include "base/result.h"

namespace daris {

[[nodiscard]] Json header_to_json(const EventLogHeader& header);

// Errors: as docs/formats.md, "Input that is wrong"; `origin` is "FILE:1". All values of the result are in
// range. make_policy() says whether a policy can serve the setup.
[[nodiscard]] Result<EventLogHeader> parse_header(std::string_view line, const std::string& origin);

}  // namespace daris
