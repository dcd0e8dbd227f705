#include "gpu/gpu_facts.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <cuda_runtime_api.h>
#include <torch/version.h>

#include "gpu/check.h"
#include "gpu/nvml.h"

namespace daris {
namespace {

// "13.0" from 13000.
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// "9.19.0" from 91900.
std::string cudnn_text(long version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

}  // namespace

std::optional<std::string> no_gpu() {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver) return "no NVIDIA driver, or one older than CUDA 13.0 wants";
  if (status != cudaSuccess) return std::string("no NVIDIA GPU: ") + cudaGetErrorString(status);
  if (count == 0) return "no NVIDIA GPU";
  return std::nullopt;
}

int gpu_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

GpuFacts gpu_facts(int device) {
  cudaDeviceProp properties{};
  DARIS_CUDA(cudaGetDeviceProperties(&properties, device));
  std::string bus_id(32, '\0');
  DARIS_CUDA(cudaDeviceGetPCIBusId(bus_id.data(), static_cast<int>(bus_id.size()), device));
  int runtime = 0;
  DARIS_CUDA(cudaRuntimeGetVersion(&runtime));
  GpuFacts facts;
  facts.name = properties.name;
  facts.compute_capability = std::to_string(properties.major) + "." + std::to_string(properties.minor);
  facts.pci_bus_id = bus_id.c_str();
  facts.driver = Nvml().driver_version();
  facts.sms = static_cast<std::uint32_t>(properties.multiProcessorCount);
  facts.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
  facts.l2_bytes = properties.l2CacheSize;
  facts.cuda = version_text(runtime);
  facts.cudnn = cudnn_text(at::detail::getCUDAHooks().versionRuntimeCuDNN());
  facts.libtorch = TORCH_VERSION;
  return facts;
}

}  // namespace daris
