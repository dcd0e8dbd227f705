// Errors of CUDA and its driver as exceptions. They stay inside the process that holds the GPU and are caught
// once, at its edge.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace daris {

class GpuError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// These throw GpuError with `call` and the library's own words if `status` is an error.
void check_cuda(cudaError_t status, const char* call);
void check_driver(CUresult status, const char* call);

}  // namespace daris

#define DARIS_CUDA(call) ::daris::check_cuda((call), #call)
#define DARIS_DRIVER(call) ::daris::check_driver((call), #call)
