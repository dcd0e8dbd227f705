// The live part of a capacity, as a document has it and as people read it.
#pragma once

#include <cstddef>
#include <string>

#include "base/json/json_fwd.h"
#include "experiment/planning/live_capacity.h"

namespace daris {

// The `live` of a capacity's document.
[[nodiscard]] Json live_capacity_to_json(const LiveCapacity& live, const std::string& command);

// The trials, and the highest load of both worlds. Lines take `width_max` columns at most.
[[nodiscard]] std::string live_capacity_text(const LiveCapacity& live, LoadAxis axis, std::size_t width_max);

}  // namespace daris
