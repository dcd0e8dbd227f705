#include "profiles/gpu/gpu_memory.h"

#include <cuda_runtime_api.h>

#include "profiles/gpu/check.h"

namespace daris {

std::size_t free_gpu_bytes() {
  std::size_t free = 0;
  std::size_t all = 0;
  DARIS_CUDA(cudaMemGetInfo(&free, &all));
  return free;
}

std::string memory_text(std::size_t bytes) {
  constexpr std::size_t kTenth = (std::size_t{1} << 30) / 10;
  const std::size_t tenths = bytes / kTenth;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

}  // namespace daris
