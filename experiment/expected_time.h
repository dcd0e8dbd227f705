// Tells in words how long a run will take.
#pragma once

#include <string>

namespace daris {

// "under a minute", "about 7.5 minutes".
[[nodiscard]] std::string minutes_text(double seconds);

}  // namespace daris
