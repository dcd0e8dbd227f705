// The layers that the models share. Internal to workloads/models/.
#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <array>
#include <cstdint>
#include <memory>

namespace daris {

constexpr std::int64_t kImageNetClasses = 1000;

// Geometry of a convolution: {height, width} each.
struct Window {
  std::array<std::int64_t, 2> kernel = {1, 1};
  std::array<std::int64_t, 2> padding = {0, 0};
  std::int64_t stride = 1;
};

constexpr Window kPointwise = {};
constexpr Window kSame3x3 = {{3, 3}, {1, 1}, 1};

// A convolution without bias, for use before batch norm.
[[nodiscard]] torch::nn::Conv2d convolution(std::int64_t inputs, std::int64_t outputs, const Window& window);

// Convolution, batch norm, ReLU. Children "conv" and "bn".
class ConvolutionBlock : public torch::nn::Module {
 public:
  ConvolutionBlock(std::int64_t inputs, std::int64_t outputs, const Window& window, double epsilon = 1e-5);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  torch::nn::Conv2d convolution_;
  torch::nn::BatchNorm2d norm_;
};

}  // namespace daris
