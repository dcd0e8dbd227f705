// How many hardware queues CUDA deals the streams of one process out to; streams beyond them share queues.
#pragma once

#include <cstdint>

namespace daris {

// Unless CUDA_DEVICE_MAX_CONNECTIONS says otherwise, as under `daris profile`.
inline constexpr std::uint32_t kDefaultHardwareQueues = 8;
// At most, as `daris run` asks for (gpu/hardware_queues.h).
inline constexpr std::uint32_t kAllHardwareQueues = 32;

}  // namespace daris
