#include "gpu/gpu_memory.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <cuda_runtime_api.h>

#include "gpu/check.h"

namespace daris {

std::size_t free_gpu_bytes() {
  std::size_t free = 0;
  std::size_t all = 0;
  DARIS_CUDA(cudaMemGetInfo(&free, &all));
  return free;
}

std::size_t taken_gpu_bytes() {
  const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(c10::cuda::current_device());
  constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  return static_cast<std::size_t>(stats.reserved_bytes[kAll].current);
}

void for_each_taken_segment(const std::function<void(const c10::CachingDeviceAllocator::SegmentInfo&)>& see) {
  constexpr c10::MempoolId_t kAllPools = {0, 0};
  constexpr bool kTraces = false;
  const c10::DeviceIndex device = c10::cuda::current_device();
  const auto taken = c10::cuda::CUDACachingAllocator::snapshot(kAllPools, kTraces);
  for (const auto& segment : taken.segments)
    if (segment.device == device) see(segment);
}

std::string memory_text(std::size_t bytes) {
  constexpr std::size_t kTenth = (std::size_t{1} << 30) / 10;
  const std::size_t tenths = bytes / kTenth;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

}  // namespace daris
