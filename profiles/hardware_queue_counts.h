// Tells to how many hardware queues CUDA deals out one process's streams. Streams beyond them share queues.
#pragma once

#include <cstdint>

namespace daris {

// The number unless CUDA_DEVICE_MAX_CONNECTIONS says otherwise. The bundled profiles were measured with it.
inline constexpr std::uint32_t kDefaultHardwareQueues = 8;
// The most that there can be. `daris run` and `daris profile` ask for so many (gpu/hardware_queues.h).
inline constexpr std::uint32_t kAllHardwareQueues = 32;

}  // namespace daris
