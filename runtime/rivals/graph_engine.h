// The engine of a client on a real GPU: a network as one CUDA graph, with copies in and out.
#pragma once

#include "runtime/rivals/client_program.h"

namespace daris {

// Single images in TF32, as the task sets urgent-60 and urgent-390 have them. Makes this process's CUDA
// context. Throws GpuError, and what Torch throws.
[[nodiscard]] PreparedEngine make_graph_engine(const ClientSetup& setup);

}  // namespace daris
