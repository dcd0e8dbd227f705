// Measures the cost of a launch with a graph that does nothing.
#pragma once

#include <cuda.h>

#include "profiles/profile.h"
#include "profiles/profiler/gpu/chain_timer.h"

namespace daris {

// The caller fills in `backend`. Waits for `stream`. Throws GpuError.
[[nodiscard]] LaunchCosts measure_launch(CUstream stream, ChainTimer& timer);

}  // namespace daris
