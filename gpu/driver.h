// The functions of the CUDA driver that the runtime API lacks, fetched through the runtime when first asked
// for: a program that uses them starts where there is no driver.
#pragma once

#include <cuda.h>

namespace daris {

struct DriverApi {
  decltype(&cuGetErrorString) get_error_string;
  decltype(&cuCtxGetCurrent) context_get_current;
  decltype(&cuDeviceGetDevResource) device_get_resource;
  decltype(&cuDevSmResourceSplitByCount) sm_resource_split_by_count;
  decltype(&cuDevResourceGenerateDesc) resource_generate_desc;
  decltype(&cuGreenCtxCreate) green_context_create;
  decltype(&cuGreenCtxDestroy) green_context_destroy;
  decltype(&cuGreenCtxStreamCreate) green_context_stream_create;
  decltype(&cuStreamWaitValue32) stream_wait_value32;
  decltype(&cuStreamWriteValue32) stream_write_value32;
  decltype(&cuModuleLoadData) module_load_data;
  decltype(&cuModuleGetFunction) module_get_function;
  decltype(&cuLaunchKernel) launch_kernel;
};

// Threads: any. Throws GpuError where the driver lacks one, by name.
[[nodiscard]] const DriverApi& driver();

}  // namespace daris
