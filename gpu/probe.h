// Small kernels of our own: which SMs a stream may use, and a kernel that does nothing.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <string>
#include <vector>

namespace daris {

// Ids of the SMs on which blocks of a kernel in `stream` ran, ascending. Physical ids, but under MPS
// renumbered from 0 in each client. Waits for the stream.
[[nodiscard]] std::vector<std::uint32_t> sms_of_stream(CUstream stream);

// The same. Throws GpuError, which names `what` the stream is of, where they are not `sms`.
std::vector<std::uint32_t> verified_sms_of_stream(CUstream stream, std::uint32_t sms,
                                                  const std::string& what);

void launch_empty_kernel(CUstream stream);

}  // namespace daris
