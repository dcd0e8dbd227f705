// Draws the noise of weights and inputs on a GPU.
#pragma once

#include <ATen/core/Tensor.h>

#include "workloads/models/uniform_draw.h"

namespace daris {

// A FillUniform for tensors on a GPU of CUDA: the same bytes as on the CPU. It is done
// once Torch's present stream has come to it. Any thread may call. Throws GpuError.
void fill_uniform_on_gpu(const at::Tensor& tensor, const UniformDraw& draw);

}  // namespace daris
