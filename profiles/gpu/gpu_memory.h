// How much of the present GPU's memory is left.
#pragma once

#include <cstddef>
#include <string>

namespace daris {

// Throws GpuError.
[[nodiscard]] std::size_t free_gpu_bytes();

// "12.3 GiB"
[[nodiscard]] std::string memory_text(std::size_t bytes);

}  // namespace daris
