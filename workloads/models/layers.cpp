#include "workloads/models/layers.h"

#include <ATen/ATen.h>

namespace daris {

Convolution::Convolution(std::int64_t inputs, std::int64_t outputs, const Window& window, Bias bias,
                         std::int64_t members)
    : window_(window),
      members_(members),
      weight_(register_parameter(
          "weight", at::empty({members * outputs, inputs, window.kernel[0], window.kernel[1]}))) {
  if (bias == Bias::kAdded) bias_ = register_parameter("bias", at::empty({members * outputs}));
}

at::Tensor Convolution::forward(const at::Tensor& input) const {
  return at::conv2d(input, weight_, bias_, {window_.stride, window_.stride}, window_.padding, {1, 1},
                    members_);
}

Doubling::Doubling(std::int64_t inputs, std::int64_t outputs)
    : weight_(register_parameter("weight", at::empty({inputs, outputs, 2, 2}))),
      bias_(register_parameter("bias", at::empty({outputs}))) {}

at::Tensor Doubling::forward(const at::Tensor& input) const {
  return at::conv_transpose2d(input, weight_, bias_, /*stride=*/2);
}

Linear::Linear(std::int64_t inputs, std::int64_t outputs, std::int64_t members)
    : members_(members),
      weight_(register_parameter("weight", at::empty({members * outputs, inputs}))),
      bias_(register_parameter("bias", at::empty({members * outputs}))) {}

at::Tensor Linear::forward(const at::Tensor& input) const {
  if (members_ == 1) return at::linear(input, weight_, bias_);
  const std::int64_t outputs = weight_.size(0) / members_;
  const at::Tensor by_member = input.view({-1, members_, input.size(1)}).transpose(0, 1);
  const at::Tensor weights = weight_.view({members_, outputs, input.size(1)}).transpose(1, 2);
  const at::Tensor biases = bias_.view({members_, 1, outputs});
  return at::baddbmm(biases, by_member, weights).transpose(0, 1).reshape({-1, outputs});
}

ConvolutionBlock::ConvolutionBlock(std::int64_t inputs, std::int64_t outputs, const Window& window,
                                   double epsilon, std::int64_t members)
    : convolution_(register_module(
          "conv", std::make_shared<Convolution>(inputs, outputs, window, Bias::kNone, members))),
      norm_(register_module(
          "bn", torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(members * outputs).eps(epsilon)))) {}

at::Tensor ConvolutionBlock::forward(const at::Tensor& input) {
  return norm_(convolution_->forward(input)).relu_();
}

}  // namespace daris
