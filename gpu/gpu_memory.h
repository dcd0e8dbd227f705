// Tells how much memory of the present GPU is left, and how much of it this process has.
#pragma once

#include <c10/core/CachingDeviceAllocator.h>

#include <cstddef>
#include <functional>
#include <string>

namespace daris {

// Throws GpuError.
[[nodiscard]] std::size_t free_gpu_bytes();

// The memory that Torch has taken for this process: tensors, the memory of graphs, and what it keeps for the
// next ones.
[[nodiscard]] std::size_t taken_gpu_bytes();

// Calls `see` for each segment of that memory, with its size, its stream and its graph pool. Throws what
// Torch throws.
void for_each_taken_segment(const std::function<void(const c10::CachingDeviceAllocator::SegmentInfo&)>& see);

// "12.3 GiB"
[[nodiscard]] std::string memory_text(std::size_t bytes);

}  // namespace daris
