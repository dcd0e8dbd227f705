// How much memory this process may still take.
#pragma once

#include <cstdint>
#include <optional>

namespace daris {

// The least of what the machine has available, what the control group leaves, and what the limit of address
// space leaves (ulimit -v). Nullopt if none of these is known.
[[nodiscard]] std::optional<std::uint64_t> free_memory_bytes();

}  // namespace daris
