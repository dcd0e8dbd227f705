// The five kinds of blocks of Inception v3, named as in torchvision. Internal to workloads/models/.
//
// Each runs branches side by side on its input and concatenates their outputs by channel.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workloads/models/layers.h"

namespace daris {

using ConvolutionPointer = std::shared_ptr<ConvolutionBlock>;

// A convolution with the epsilon of batch norm that Inception v3 uses, 0.001.
[[nodiscard]] ConvolutionPointer inception_convolution(std::int64_t inputs, std::int64_t outputs,
                                                       const Window& window);

// Holds what the blocks have in common.
class InceptionBlock : public torch::nn::Module {
 protected:
  // Convolutions in a row; child names are the branch's name with "_1", "_2", ...
  class Branch {
   public:
    explicit Branch(std::vector<ConvolutionPointer> convolutions) : convolutions_(std::move(convolutions)) {}
    [[nodiscard]] at::Tensor forward(at::Tensor input) const;

   private:
    std::vector<ConvolutionPointer> convolutions_;
  };
  struct Step {
    std::int64_t outputs = 0;
    Window window;
  };

  [[nodiscard]] Branch add_branch(const std::string& name, std::int64_t inputs,
                                  const std::vector<Step>& steps);
  [[nodiscard]] ConvolutionPointer add_convolution(const std::string& name, std::int64_t inputs,
                                                   std::int64_t outputs, const Window& window);
};

// Factors of 5x5 and twice 3x3.
class InceptionA : public InceptionBlock {
 public:
  InceptionA(std::int64_t inputs, std::int64_t pool_features);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  ConvolutionPointer branch1x1_;
  Branch branch5x5_;
  Branch branch3x3_double_;
  ConvolutionPointer branch_pool_;
};

// Halves height and width, after the blocks of kind A.
class InceptionB : public InceptionBlock {
 public:
  explicit InceptionB(std::int64_t inputs);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  ConvolutionPointer branch3x3_;
  Branch branch3x3_double_;
};

// 7x7 convolutions as pairs of 1x7 and 7x1.
class InceptionC : public InceptionBlock {
 public:
  InceptionC(std::int64_t inputs, std::int64_t width);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  ConvolutionPointer branch1x1_;
  Branch branch7x7_;
  Branch branch7x7_double_;
  ConvolutionPointer branch_pool_;
};

// Halves height and width, after the blocks of kind C.
class InceptionD : public InceptionBlock {
 public:
  explicit InceptionD(std::int64_t inputs);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  Branch branch3x3_;
  Branch branch7x7x3_;
};

// Branches that end in a 1x3 and a 3x1 convolution side by side.
class InceptionE : public InceptionBlock {
 public:
  explicit InceptionE(std::int64_t inputs);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input);

 private:
  ConvolutionPointer branch1x1_;
  ConvolutionPointer branch3x3_1_;
  ConvolutionPointer branch3x3_2a_;
  ConvolutionPointer branch3x3_2b_;
  Branch branch3x3_double_;
  ConvolutionPointer branch3x3_double_3a_;
  ConvolutionPointer branch3x3_double_3b_;
  ConvolutionPointer branch_pool_;
};

}  // namespace daris
