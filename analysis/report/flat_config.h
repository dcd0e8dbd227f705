// The configurations of a report's points as texts side by side, and the levels that they have.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json_fwd.h"

namespace daris {

// Keys with their values as printable texts, in the order of the document. A key in an object is
// "switches.bound". Null is "-". A shape that was chosen stands as it was taken: "8 x 1 OS 2 (auto)".
using FlatConfig = std::vector<std::pair<std::string, std::string>>;

// REQUIRES for all: the points are those of a valid report (analysis/report/report.h).
[[nodiscard]] FlatConfig flat_config(const Json& point);

// The value of a key; null if the configuration lacks it. The pointer lives as long as `config`.
[[nodiscard]] const std::string* find_setting(const FlatConfig& config, const std::string& key);

// What people call a setting: "max overrun" for "switches.max_overrun".
[[nodiscard]] std::string short_setting(const std::string& key);

// The keys whose values differ between points, or that some points lack, in order of first appearance.
[[nodiscard]] std::vector<std::string> differing_settings(const std::vector<FlatConfig>& configs);

// The priorities of all points, ascending, each once.
[[nodiscard]] std::vector<std::uint64_t> levels_of(const Json& points);

// The entry of that level in `results`; null if there is none. The pointer lives as long as `results`.
[[nodiscard]] const Json* find_level(const Json& results, std::uint64_t priority);

}  // namespace daris
