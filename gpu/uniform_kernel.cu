#include <Random123/philox.h>

#include <algorithm>

#include "gpu/uniform_kernel.h"

namespace daris {
namespace {

constexpr unsigned kThreads = 256;
constexpr std::int64_t kBlocksMax = 1024;
constexpr std::int64_t kWords = 4;  // of a block of Philox

// The CPU rounds after the product and after the sum, so no multiply-add may take their place.
__device__ float scaled(std::uint32_t word, float lower, float width) {
  const float unit = static_cast<float>(word >> 8) * 0x1p-24F;
  return __fadd_rn(lower, __fmul_rn(width, unit));
}

__global__ void fill(float* values, std::int64_t count, r123::Philox4x32::key_type key,
                     std::uint32_t stream_of_seed, float lower, float width) {
  r123::Philox4x32 philox;
  const std::int64_t stride = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t block = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; block * kWords < count;
       block += stride) {
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), stream_of_seed, 0}};
    const r123::Philox4x32::ctr_type words = philox(counter, key);
    for (std::int64_t word = 0; word < kWords && block * kWords + word < count; ++word)
      values[block * kWords + word] = scaled(words.v[word], lower, width);
  }
}

}  // namespace

cudaError_t launch_uniform(float* values, std::int64_t count, std::uint64_t seed,
                           std::uint32_t stream_of_seed, float lower, float upper, cudaStream_t stream) {
  if (count == 0) return cudaSuccess;
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const std::int64_t blocks = (count + kWords * kThreads - 1) / (kWords * kThreads);
  const float width = upper - lower;
  fill<<<static_cast<unsigned>(std::min(blocks, kBlocksMax)), kThreads, 0, stream>>>(
      values, count, key, stream_of_seed, lower, width);
  return cudaGetLastError();
}

}  // namespace daris
