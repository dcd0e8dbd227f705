#include "workloads/models/layers.h"

#include <ATen/ATen.h>

namespace daris {

Convolution::Convolution(std::int64_t inputs, std::int64_t outputs, const Window& window, Bias bias)
    : window_(window),
      weight_(
          register_parameter("weight", at::empty({outputs, inputs, window.kernel[0], window.kernel[1]}))) {
  if (bias == Bias::kAdded) bias_ = register_parameter("bias", at::empty({outputs}));
}

at::Tensor Convolution::forward(const at::Tensor& input) const {
  return at::conv2d(input, weight_, bias_, {window_.stride, window_.stride}, window_.padding);
}

Doubling::Doubling(std::int64_t inputs, std::int64_t outputs)
    : weight_(register_parameter("weight", at::empty({inputs, outputs, 2, 2}))),
      bias_(register_parameter("bias", at::empty({outputs}))) {}

at::Tensor Doubling::forward(const at::Tensor& input) const {
  return at::conv_transpose2d(input, weight_, bias_, /*stride=*/2);
}

Linear::Linear(std::int64_t inputs, std::int64_t outputs)
    : weight_(register_parameter("weight", at::empty({outputs, inputs}))),
      bias_(register_parameter("bias", at::empty({outputs}))) {}

at::Tensor Linear::forward(const at::Tensor& input) const { return at::linear(input, weight_, bias_); }

ConvolutionBlock::ConvolutionBlock(std::int64_t inputs, std::int64_t outputs, const Window& window,
                                   double epsilon)
    : convolution_(
          register_module("conv", std::make_shared<Convolution>(inputs, outputs, window, Bias::kNone))),
      norm_(register_module("bn",
                            torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(outputs).eps(epsilon)))) {}

at::Tensor ConvolutionBlock::forward(const at::Tensor& input) {
  return norm_(convolution_->forward(input)).relu_();
}

}  // namespace daris
