// Where a document comes from that no machine's measurements stand in.
#pragma once

#include <string>

#include "base/json/json_fwd.h"

namespace daris {

// `program`, `commit` (null if it is not known) and `command`, what the user typed.
[[nodiscard]] Json provenance_of(const std::string& command);

}  // namespace daris
