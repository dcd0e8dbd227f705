#include "gpu/driver.h"

#include <cuda_runtime_api.h>

#include "gpu/check.h"

namespace daris {
namespace {

template <typename Function>
void fetch(const char* name, Function& function) {
  void* address = nullptr;
  cudaDriverEntryPointQueryResult found = cudaDriverEntryPointSymbolNotFound;
  const cudaError_t status =
      cudaGetDriverEntryPointByVersion(name, &address, CUDA_VERSION, cudaEnableDefault, &found);
  if (status != cudaSuccess || found != cudaDriverEntryPointSuccess || address == nullptr)
    throw GpuError(std::string("the driver lacks ") + name + ": a driver of CUDA 13.0 or later is needed");
  function = reinterpret_cast<Function>(address);
}

DriverApi fetch_all() {
  DriverApi api{};
  fetch("cuGetErrorString", api.get_error_string);
  fetch("cuCtxGetCurrent", api.context_get_current);
  fetch("cuDeviceGetDevResource", api.device_get_resource);
  fetch("cuDevSmResourceSplitByCount", api.sm_resource_split_by_count);
  fetch("cuDevResourceGenerateDesc", api.resource_generate_desc);
  fetch("cuGreenCtxCreate", api.green_context_create);
  fetch("cuGreenCtxDestroy", api.green_context_destroy);
  fetch("cuGreenCtxStreamCreate", api.green_context_stream_create);
  fetch("cuStreamWaitValue32", api.stream_wait_value32);
  fetch("cuStreamWriteValue32", api.stream_write_value32);
  fetch("cuModuleLoadData", api.module_load_data);
  fetch("cuModuleGetFunction", api.module_get_function);
  fetch("cuLaunchKernel", api.launch_kernel);
  return api;
}

}  // namespace

const DriverApi& driver() {
  static const DriverApi api = fetch_all();
  return api;
}

}  // namespace daris
