// A recommendation as a document (schema daris.recommendation), and as text for people.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/json_fwd.h"
#include "experiment/planning/live_check.h"
#include "experiment/planning/recommendation.h"

namespace daris {

// What keeps a set from more load, read off the lowest load that failed.
struct LoadLimit {
  std::string name;  // "slots": they are busy; "latency": they are not; "none": no load failed
  std::string text;  // for people
};
[[nodiscard]] LoadLimit limit_of(const CapacityFound& capacity);

// `command` is what the user typed. The document validates against its schema; if it did not, this aborts.
// `live` may be null.
[[nodiscard]] Json recommendation_to_json(const Recommendation& found, const std::string& command,
                                          const LiveCheck* live = nullptr);

// The pick, its highest load, what limits it, and the front. Lines take `width_max` columns at most.
[[nodiscard]] std::string recommendation_text(const Recommendation& found, std::size_t width_max);

}  // namespace daris
