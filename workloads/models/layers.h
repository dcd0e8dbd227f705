// The layers that the models share. Internal to workloads/models/.
//
// Torch's own layers draw weights as they are made, under a lock of the process. These leave their weights
// unset, for draw_weights() (workloads/models/random_weights.h).
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

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

enum class Bias : bool { kNone, kAdded };

// A convolution. Weights "weight" and, if it has one, "bias". With several members it is as many convolutions
// of `inputs` to `outputs` channels side by side: the channels and weights of one member follow those of the
// member before.
class Convolution : public torch::nn::Module {
 public:
  Convolution(std::int64_t inputs, std::int64_t outputs, const Window& window, Bias bias,
              std::int64_t members = 1);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;

 private:
  Window window_;
  std::int64_t members_;
  at::Tensor weight_;
  at::Tensor bias_;
};

// A transposed convolution that doubles height and width. Weights "weight" and "bias".
class Doubling : public torch::nn::Module {
 public:
  Doubling(std::int64_t inputs, std::int64_t outputs);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;
};

// A linear layer. Weights "weight" and "bias". With several members it is as many layers side by side, as of
// Convolution.
class Linear : public torch::nn::Module {
 public:
  Linear(std::int64_t inputs, std::int64_t outputs, std::int64_t members = 1);

  // `input`: {rows, inputs}. With several members, the rows are of one member after the other, in turn. The
  // output has the same rows.
  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;

 private:
  std::int64_t members_;
  at::Tensor weight_;
  at::Tensor bias_;
};

// Convolution without bias, batch norm, ReLU. Children "conv" and "bn".
class ConvolutionBlock : public torch::nn::Module {
 public:
  ConvolutionBlock(std::int64_t inputs, std::int64_t outputs, const Window& window, double epsilon = 1e-5,
                   std::int64_t members = 1);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  std::shared_ptr<Convolution> convolution_;
  torch::nn::BatchNorm2d norm_;
};

}  // namespace daris
