// Lists the kernels of graphs by CUPTI's activity records.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <vector>

#include "profiles/profile.h"

namespace daris {

// Switches the records of concurrent kernels on, for the whole process and for good, with steady_clock as
// their clock. It must be called before any graph is made; else the kernels of that graph are one record.
// Times of a process with such records can't be trusted. Throws GpuError if CUPTI refuses.
void start_kernel_trace();

// Runs `graph` a few times and returns its kernels in order of their starts, each with the median of its
// durations. Throws GpuError. REQUIRES: start_kernel_trace() was called before `graph` was made; nothing else
// runs.
[[nodiscard]] std::vector<KernelRecord> trace_kernels(CUstream stream, cudaGraphExec_t graph);

}  // namespace daris
