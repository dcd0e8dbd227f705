// The kernels of graphs, by CUPTI's activity records.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <vector>

#include "profiles/profile.h"

namespace daris {

// Switches the records of concurrent kernels on, for the whole process and for good, with steady_clock as
// their clock. To be called before any graph is made, else its kernels are one record. Not in a process whose
// times are to be trusted. Throws GpuError where CUPTI refuses.
void start_kernel_trace();

// Runs `graph` a few times and gives its kernels in order of their starts, each with the median of its
// durations. REQUIRES: start_kernel_trace() before `graph` was made; nothing else runs. Throws GpuError.
[[nodiscard]] std::vector<KernelRecord> trace_kernels(CUstream stream, cudaGraphExec_t graph);

}  // namespace daris
