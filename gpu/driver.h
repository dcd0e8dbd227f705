// The functions of the CUDA driver that the runtime API lacks. They are fetched through the runtime at the
// first call, so that a program that uses them also starts without a driver.
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

// Threads: any. Throws GpuError if the driver lacks a function; the message names it.
[[nodiscard]] const DriverApi& driver();

}  // namespace daris
