// How long a run will take, in words.
#pragma once

#include <string>

namespace daris {

// "under a minute", "about 7.5 minutes".
[[nodiscard]] std::string minutes_text(double seconds);

}  // namespace daris
