#include "gpu/check.h"

#include "gpu/driver.h"

namespace daris {

void check_cuda(cudaError_t status, const char* call) {
  if (status != cudaSuccess) throw GpuError(std::string(call) + ": " + cudaGetErrorString(status));
}

void check_driver(CUresult status, const char* call) {
  if (status == CUDA_SUCCESS) return;
  const char* text = nullptr;
  if (driver().get_error_string(status, &text) != CUDA_SUCCESS || text == nullptr) text = "unknown error";
  throw GpuError(std::string(call) + ": " + text + " (" + std::to_string(static_cast<int>(status)) + ")");
}

}  // namespace daris
