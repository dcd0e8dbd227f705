// The kernel that draws noise on a GPU. Internal to gpu/.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace daris {

// Fills `values`, in memory of the present GPU, with uniform noise in [lower, upper): the same bytes as
// fill_uniform_on_cpu() (workloads/models/uniform_draw.h). It is done once `stream` has come to it. Errors:
// the GPU's.
[[nodiscard]] cudaError_t launch_uniform(float* values, std::int64_t count, std::uint64_t seed,
                                         std::uint32_t stream_of_seed, float lower, float upper,
                                         cudaStream_t stream);

}  // namespace daris
