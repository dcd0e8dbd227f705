// How much of the present GPU's memory is left, and how much this process has.
#pragma once

#include <cstddef>
#include <string>

namespace daris {

// Throws GpuError.
[[nodiscard]] std::size_t free_gpu_bytes();

// What Torch has taken for this process: tensors, what graphs work on, and what it keeps for the next ones.
[[nodiscard]] std::size_t taken_gpu_bytes();

// "12.3 GiB"
[[nodiscard]] std::string memory_text(std::size_t bytes);

}  // namespace daris
