// How much of the present GPU's memory is left, and how much this process has.
#pragma once

#include <c10/core/CachingDeviceAllocator.h>

#include <cstddef>
#include <functional>
#include <string>

namespace daris {

// Throws GpuError.
[[nodiscard]] std::size_t free_gpu_bytes();

// What Torch has taken for this process: tensors, what graphs work on, and what it keeps for the next ones.
[[nodiscard]] std::size_t taken_gpu_bytes();

// Shows each piece of it to `see`: its size, the stream it is for, the graph pool it belongs to. Throws what
// Torch throws.
void for_each_taken_segment(const std::function<void(const c10::CachingDeviceAllocator::SegmentInfo&)>& see);

// "12.3 GiB"
[[nodiscard]] std::string memory_text(std::size_t bytes);

}  // namespace daris
