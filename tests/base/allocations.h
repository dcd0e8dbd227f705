// For tests that count allocations: their program replaces operator new, which sanitizers do too. So it is a
// program of its own, and left out under sanitizers.
#pragma once

#include <cstdint>

namespace daris::testing {

// Returns how often the calling thread has allocated so far.
[[nodiscard]] std::uint64_t allocations();

}  // namespace daris::testing
