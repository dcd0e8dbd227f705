// Small kernels of our own: one shows which SMs a stream may use, one does nothing.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <string>
#include <vector>

namespace daris {

// The ids of the SMs on which blocks of a kernel in `stream` ran, ascending. They are physical ids, but under
// MPS each client numbers its SMs from 0. Waits for the stream.
[[nodiscard]] std::vector<std::uint32_t> sms_of_stream(CUstream stream);

// The same ids. Throws GpuError if they are not `sms` many; the message names `what`, the owner of the
// stream.
std::vector<std::uint32_t> verified_sms_of_stream(CUstream stream, std::uint32_t sms,
                                                  const std::string& what);

void launch_empty_kernel(CUstream stream);

}  // namespace daris
