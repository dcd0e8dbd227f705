// Tells how the SMs of contexts overlap, and how much of one context's demand meets another's there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "profiles/partition.h"
#include "profiles/profile.h"

namespace daris {

// Demands and overlaps are multiples of these, so that sums of their products are exact in a double. What is
// added when a stage starts and taken away when it ends leaves nothing behind, in any order.
inline constexpr double kDemandQuantum = 1.0 / (1 << 16);
inline constexpr double kSpreadQuantum = 1.0 / (1 << 12);
// The nearest multiple of `quantum`; at least one quantum if value > 0.
[[nodiscard]] double to_quantum(double value, double quantum);

// The machine falls into regions, each a set of SMs that see the same contexts. `spread` says how much of a
// context's demand weighs on a region, `window` how much of the context lies in it. REQUIRES: both are
// multiples of kSpreadQuantum in [0, 1]. The windows of a context sum to 1 exactly, so that a stage alone is
// not slowed at all.
struct Geometry {
  std::uint32_t regions = 1;
  std::vector<double> spread;  // [context * regions + region]
  std::vector<double> window;  // [context * regions + region]
};

// - green: the windows of groups as granted. Groups that see the same contexts are one region.
// - mps: nothing says which SMs a client gets. Measured closed loops look as if clients met as little as
//   their grants let them. So an SM is seen by as many contexts as all grants cover the machine, and each
//   context sees an equal part of every other's demand there. There is one region for each context. If grants
//   differ, the others weigh by their grants, and never less than the two must meet. Nothing measured
//   supports that part.
// - streams: one pool that all contexts see.
//
// REQUIRES: `backend` is not the CPU's; grants as make_partition() gives them for `machine`.
[[nodiscard]] Geometry make_geometry(const MachineShape& machine, Backend backend,
                                     std::span<const ContextGrant> grants);

}  // namespace daris
