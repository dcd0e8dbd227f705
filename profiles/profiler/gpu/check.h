// Errors of CUDA, its driver and CUPTI as exceptions. They live inside the worker process and are caught at its edge
// (profiles/profiler/gpu/worker.cpp).
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>
#include <cupti_result.h>

#include <stdexcept>
#include <string>

namespace daris {

class GpuError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throw GpuError with `call` and the library's own words.
void check_cuda(cudaError_t status, const char* call);
void check_driver(CUresult status, const char* call);
void check_cupti(CUptiResult status, const char* call);

}  // namespace daris

#define DARIS_CUDA(call) ::daris::check_cuda((call), #call)
#define DARIS_DRIVER(call) ::daris::check_driver((call), #call)
#define DARIS_CUPTI(call) ::daris::check_cupti((call), #call)
