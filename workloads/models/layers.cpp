#include "workloads/models/layers.h"

namespace daris {

torch::nn::Conv2d convolution(std::int64_t inputs, std::int64_t outputs, const Window& window) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(inputs, outputs, {window.kernel[0], window.kernel[1]})
                               .stride(window.stride)
                               .padding({window.padding[0], window.padding[1]})
                               .bias(false));
}

ConvolutionBlock::ConvolutionBlock(std::int64_t inputs, std::int64_t outputs, const Window& window,
                                   double epsilon)
    : convolution_(convolution(inputs, outputs, window)),
      norm_(torch::nn::BatchNorm2dOptions(outputs).eps(epsilon)) {
  register_module("conv", convolution_);
  register_module("bn", norm_);
}

at::Tensor ConvolutionBlock::forward(const at::Tensor& input) { return norm_(convolution_(input)).relu_(); }

}  // namespace daris
