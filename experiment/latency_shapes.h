// Shapes that keep a part of the GPU for level 0: candidates of `--shape auto --goal latency`
// (docs/scheduler.md, "Shape").
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "profiles/context_list.h"
#include "profiles/partition.h"
#include "profiles/shape.h"

namespace daris {

// Partitions in which level 0 has a context that no other level may use, made for the SM groups of `machine`.
// The other levels share the rest. On green the name says how: "kept-3-6x4" keeps the first 3 groups free of
// others, which have 6 windows of 4 groups. "shared-8x4-2" keeps none, and its windows have 2 streams each.
// Empty if level 0 is not among `levels`, or is alone there.
// REQUIRES: `levels` is ascending.
[[nodiscard]] std::vector<std::shared_ptr<const ContextList>> latency_partitions(
    const MachineShape& machine, Backend backend, const std::vector<std::uint32_t>& levels);

}  // namespace daris
