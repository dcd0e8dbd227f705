#include "gpu/uniform_noise.h"

#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/uniform_kernel.h"

namespace daris {

void fill_uniform_on_gpu(const at::Tensor& tensor, const UniformDraw& draw) {
  DARIS_CHECK(tensor.is_contiguous() && tensor.is_cuda() && tensor.scalar_type() == at::kFloat);
  const c10::cuda::CUDAGuard guard(tensor.device());
  const cudaStream_t stream = c10::cuda::getCurrentCUDAStream(tensor.device().index()).stream();
  DARIS_CUDA(launch_uniform(tensor.data_ptr<float>(), tensor.numel(), draw.seed, draw.stream, draw.lower,
                            draw.upper, stream));
}

}  // namespace daris
