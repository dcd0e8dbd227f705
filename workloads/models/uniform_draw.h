// What noise is drawn into a tensor, and who draws it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace daris {

// Uniform in [lower, upper), from one stream of a seed: value i is of word i % 4 of block i / 4 of
// Philox4x32-10 with the key `seed` and the counter (block, stream, 0).
struct UniformDraw {
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;
  float lower = 0;
  float upper = 1;
};

// Fills a tensor, float32 and contiguous, on the devices that the function is for. All such functions give
// the same bytes.
using FillUniform = std::function<void(const at::Tensor&, const UniformDraw&)>;

// For the CPU. Any thread may call.
void fill_uniform_on_cpu(const at::Tensor& tensor, const UniformDraw& draw);

}  // namespace daris
