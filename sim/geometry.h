// Where the SMs of contexts overlap, and how much of a context's demand meets another's there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "profiles/partition.h"
#include "profiles/profile.h"

namespace daris {

// Demands and overlaps are multiples of these, so that sums of their products are exact in a double: what is
// added when a stage starts and taken away when it ends leaves nothing behind, in any order.
inline constexpr double kDemandQuantum = 1.0 / (1 << 16);
inline constexpr double kSpreadQuantum = 1.0 / (1 << 12);
// The nearest multiple; at least one quantum where value > 0.
[[nodiscard]] double to_quantum(double value, double quantum);

// The machine falls into regions, each a set of SMs that see the same contexts; `spread` says how much of a
// context's demand weighs on a region, `window` how much of the context lies in it. REQUIRES: both in
// multiples of kSpreadQuantum in [0, 1]; the windows of a context sum to 1 exactly, so that a stage alone is
// slowed by exactly nothing.
struct Geometry {
  std::uint32_t regions = 1;
  std::vector<double> spread;  // [context * regions + region]
  std::vector<double> window;  // [context * regions + region]
};

// green: the windows of groups as granted; groups that see the same contexts are one region.
// mps: nobody says which SMs a client gets. Measured closed loops look as if clients met as little as their
// grants let them: an SM is seen by as many contexts as all grants cover the machine, and each context sees
// an equal part of every other's demand there. One region a context. streams: one pool that all see.
// REQUIRES: `backend` is none of the CPU's; grants as make_partition() gives them for `machine`.
[[nodiscard]] Geometry make_geometry(const MachineShape& machine, Backend backend,
                                     std::span<const ContextGrant> grants);

}  // namespace daris
