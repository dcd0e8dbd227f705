#include "workloads/models/random_weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <string>
#include <string_view>

namespace daris {
namespace {

struct Range {
  float lower = 0;
  float upper = 0;
};

Range range_of(std::string_view name, const at::Tensor& weight) {
  if (weight.dim() > 1) {
    const std::int64_t inputs = weight.numel() / weight.size(0);
    // variance bound^2 / 3 = 2 / inputs
    const auto bound = static_cast<float>(std::sqrt(6.0 / static_cast<double>(inputs)));
    return {-bound, bound};
  }
  const bool scale = name.ends_with("weight") || name.ends_with("running_var");
  return scale ? Range{0.75F, 1.25F} : Range{-0.1F, 0.1F};
}

}  // namespace

void draw_weights(Chain& chain, std::uint64_t seed, at::Device device, const FillUniform& fill) {
  const at::NoGradGuard no_gradients;
  std::uint32_t stream = 1;  // stream 0 is the example input's
  const auto draw = [&](const std::string& name, at::Tensor& tensor) {
    const bool count_of_batches = !tensor.is_floating_point();  // batch norm's, which is still 0
    if (tensor.device() != device) {
      const at::TensorOptions options = tensor.options().device(device);
      tensor.set_data(count_of_batches ? at::zeros(tensor.sizes(), options)
                                       : at::empty(tensor.sizes(), options));
    }
    if (count_of_batches) return;
    const Range range = range_of(name, tensor);
    fill(tensor, {seed, stream++, range.lower, range.upper});
  };
  for (auto& parameter : chain.named_parameters()) draw(parameter.key(), parameter.value());
  for (auto& buffer : chain.named_buffers()) draw(buffer.key(), buffer.value());
}

}  // namespace daris
