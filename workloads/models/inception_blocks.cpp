#include "workloads/models/inception_blocks.h"

#include <utility>

namespace daris {
namespace {

constexpr Window kHalving3x3 = {{3, 3}, {0, 0}, 2};
constexpr Window kSame5x5 = {{5, 5}, {2, 2}, 1};
constexpr Window kSame1x7 = {{1, 7}, {0, 3}, 1};
constexpr Window kSame7x1 = {{7, 1}, {3, 0}, 1};
constexpr Window kSame1x3 = {{1, 3}, {0, 1}, 1};
constexpr Window kSame3x1 = {{3, 1}, {1, 0}, 1};

at::Tensor averaged(const at::Tensor& input) { return at::avg_pool2d(input, {3, 3}, {1, 1}, {1, 1}); }
at::Tensor halved(const at::Tensor& input) { return at::max_pool2d(input, {3, 3}, {2, 2}); }

}  // namespace

ConvolutionPointer inception_convolution(std::int64_t inputs, std::int64_t outputs, const Window& window) {
  return std::make_shared<ConvolutionBlock>(inputs, outputs, window, /*epsilon=*/0.001);
}

at::Tensor InceptionBlock::Branch::forward(at::Tensor input) const {
  for (const ConvolutionPointer& convolution : convolutions_) input = convolution->forward(input);
  return input;
}

InceptionBlock::Branch InceptionBlock::add_branch(const std::string& name, std::int64_t inputs,
                                                  const std::vector<Step>& steps) {
  std::vector<ConvolutionPointer> convolutions;
  for (const Step& step : steps) {
    const std::string number = std::to_string(convolutions.size() + 1);
    convolutions.push_back(add_convolution(name + "_" + number, inputs, step.outputs, step.window));
    inputs = step.outputs;
  }
  return Branch(std::move(convolutions));
}

ConvolutionPointer InceptionBlock::add_convolution(const std::string& name, std::int64_t inputs,
                                                   std::int64_t outputs, const Window& window) {
  return register_module(name, inception_convolution(inputs, outputs, window));
}

InceptionA::InceptionA(std::int64_t inputs, std::int64_t pool_features)
    : branch1x1_(add_convolution("branch1x1", inputs, 64, kPointwise)),
      branch5x5_(add_branch("branch5x5", inputs, {{48, kPointwise}, {64, kSame5x5}})),
      branch3x3_double_(
          add_branch("branch3x3dbl", inputs, {{64, kPointwise}, {96, kSame3x3}, {96, kSame3x3}})),
      branch_pool_(add_convolution("branch_pool", inputs, pool_features, kPointwise)) {}

at::Tensor InceptionA::forward(const at::Tensor& input) {
  return at::cat({branch1x1_->forward(input), branch5x5_.forward(input), branch3x3_double_.forward(input),
                  branch_pool_->forward(averaged(input))},
                 1);
}

InceptionB::InceptionB(std::int64_t inputs)
    : branch3x3_(add_convolution("branch3x3", inputs, 384, kHalving3x3)),
      branch3x3_double_(
          add_branch("branch3x3dbl", inputs, {{64, kPointwise}, {96, kSame3x3}, {96, kHalving3x3}})) {}

at::Tensor InceptionB::forward(const at::Tensor& input) {
  return at::cat({branch3x3_->forward(input), branch3x3_double_.forward(input), halved(input)}, 1);
}

InceptionC::InceptionC(std::int64_t inputs, std::int64_t width)
    : branch1x1_(add_convolution("branch1x1", inputs, 192, kPointwise)),
      branch7x7_(add_branch("branch7x7", inputs, {{width, kPointwise}, {width, kSame1x7}, {192, kSame7x1}})),
      branch7x7_double_(add_branch(
          "branch7x7dbl", inputs,
          {{width, kPointwise}, {width, kSame7x1}, {width, kSame1x7}, {width, kSame7x1}, {192, kSame1x7}})),
      branch_pool_(add_convolution("branch_pool", inputs, 192, kPointwise)) {}

at::Tensor InceptionC::forward(const at::Tensor& input) {
  return at::cat({branch1x1_->forward(input), branch7x7_.forward(input), branch7x7_double_.forward(input),
                  branch_pool_->forward(averaged(input))},
                 1);
}

InceptionD::InceptionD(std::int64_t inputs)
    : branch3x3_(add_branch("branch3x3", inputs, {{192, kPointwise}, {320, kHalving3x3}})),
      branch7x7x3_(add_branch("branch7x7x3", inputs,
                              {{192, kPointwise}, {192, kSame1x7}, {192, kSame7x1}, {192, kHalving3x3}})) {}

at::Tensor InceptionD::forward(const at::Tensor& input) {
  return at::cat({branch3x3_.forward(input), branch7x7x3_.forward(input), halved(input)}, 1);
}

InceptionE::InceptionE(std::int64_t inputs)
    : branch1x1_(add_convolution("branch1x1", inputs, 320, kPointwise)),
      branch3x3_1_(add_convolution("branch3x3_1", inputs, 384, kPointwise)),
      branch3x3_2a_(add_convolution("branch3x3_2a", 384, 384, kSame1x3)),
      branch3x3_2b_(add_convolution("branch3x3_2b", 384, 384, kSame3x1)),
      branch3x3_double_(add_branch("branch3x3dbl", inputs, {{448, kPointwise}, {384, kSame3x3}})),
      branch3x3_double_3a_(add_convolution("branch3x3dbl_3a", 384, 384, kSame1x3)),
      branch3x3_double_3b_(add_convolution("branch3x3dbl_3b", 384, 384, kSame3x1)),
      branch_pool_(add_convolution("branch_pool", inputs, 192, kPointwise)) {}

at::Tensor InceptionE::forward(const at::Tensor& input) {
  const at::Tensor single = branch3x3_1_->forward(input);
  const at::Tensor twice = branch3x3_double_.forward(input);
  return at::cat({branch1x1_->forward(input), branch3x3_2a_->forward(single), branch3x3_2b_->forward(single),
                  branch3x3_double_3a_->forward(twice), branch3x3_double_3b_->forward(twice),
                  branch_pool_->forward(averaged(input))},
                 1);
}

}  // namespace daris
