// The context that a new batch goes to (docs/scheduler.md, "daris-batched: the order").
#pragma once

#include <cstdint>
#include <span>

#include "policy/ids.h"

namespace daris {

// Returns the candidate with the fewest batches. Of equals it is the lowest number, or with `spread` the one
// with the fewest batches in the contexts next to it, then two away, and so on. On the backend `green`
// contexts share SMs with their neighbours; the last context is next to the first.
// `batches`: by context. REQUIRES: candidates are not empty, and ascend.
[[nodiscard]] ContextId least_busy(std::span<const ContextId> candidates,
                                   std::span<const std::uint32_t> batches, bool spread);

}  // namespace daris
