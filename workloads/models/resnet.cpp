// ResNet-18 and ResNet-50 (He et al., "Deep Residual Learning for Image Recognition"), in torchvision's
// variant: the stride of a bottleneck is in its 3x3 convolution. Weights have torchvision's names.
#include <array>
#include <string>
#include <vector>

#include "workloads/models/builders.h"
#include "workloads/models/layers.h"

namespace daris {
namespace {

struct Step {
  std::int64_t outputs = 0;
  Window window;
};

// The two layers for all members of a merged network; for one if it is not merged.
std::shared_ptr<Convolution> convolution(std::int64_t inputs, std::int64_t outputs, const Window& window,
                                         std::int64_t members) {
  return std::make_shared<Convolution>(inputs, outputs, window, Bias::kNone, members);
}
torch::nn::BatchNorm2d norm(std::int64_t channels, std::int64_t members) {
  return torch::nn::BatchNorm2d(members * channels);
}

// A residual block: convolutions conv1, conv2, ... each with its batch norm bn1, bn2, ... There is a ReLU
// between them and after the sum with the shortcut. The shortcut is a projection ("downsample") if the shape
// changes.
class ResidualBlock : public torch::nn::Module {
 public:
  ResidualBlock(std::int64_t inputs, const std::vector<Step>& steps, std::int64_t stride,
                std::int64_t members) {
    std::int64_t channels = inputs;
    for (const Step& step : steps) {
      const std::string number = std::to_string(convolutions_.size() + 1);
      convolutions_.push_back(
          register_module("conv" + number, convolution(channels, step.outputs, step.window, members)));
      norms_.push_back(register_module("bn" + number, norm(step.outputs, members)));
      channels = step.outputs;
    }
    if (stride != 1 || inputs != channels) add_projection(inputs, channels, stride, members);
  }

  at::Tensor forward(const at::Tensor& input) {
    at::Tensor output = input;
    for (std::size_t step = 0; step < convolutions_.size(); ++step) {
      if (step > 0) output.relu_();
      output = norms_[step](convolutions_[step]->forward(output));
    }
    const at::Tensor shortcut =
        projection_ == nullptr ? input : projection_norm_(projection_->forward(input));
    return output.add_(shortcut).relu_();
  }

 private:
  void add_projection(std::int64_t inputs, std::int64_t outputs, std::int64_t stride, std::int64_t members) {
    const auto downsample = register_module("downsample", std::make_shared<torch::nn::Module>());
    projection_ =
        downsample->register_module("0", convolution(inputs, outputs, {{1, 1}, {0, 0}, stride}, members));
    projection_norm_ = downsample->register_module("1", norm(outputs, members));
  }

  std::vector<std::shared_ptr<Convolution>> convolutions_;
  std::vector<torch::nn::BatchNorm2d> norms_;
  std::shared_ptr<Convolution> projection_;
  torch::nn::BatchNorm2d projection_norm_ = nullptr;
};

std::vector<Step> basic_steps(std::int64_t width, std::int64_t stride) {
  return {{width, {{3, 3}, {1, 1}, stride}}, {width, kSame3x3}};
}

std::vector<Step> bottleneck_steps(std::int64_t width, std::int64_t stride) {
  return {{width, kPointwise}, {width, {{3, 3}, {1, 1}, stride}}, {4 * width, kPointwise}};
}

class ResNet : public Chain {
 public:
  using MakeSteps = std::vector<Step> (*)(std::int64_t width, std::int64_t stride);

  // `blocks`: residual blocks of each of the four layers.
  ResNet(MakeSteps make_steps, const std::array<int, 4>& blocks, std::int64_t members) : Chain(members) {
    add_stem();
    std::int64_t channels = 64;
    for (std::size_t layer = 0; layer < blocks.size(); ++layer) {
      const std::string name = "layer" + std::to_string(layer + 1);
      const auto container = register_module(name, std::make_shared<torch::nn::Module>());
      for (int block = 0; block < blocks[layer]; ++block) {
        const std::int64_t stride = layer > 0 && block == 0 ? 2 : 1;
        const std::vector<Step> steps = make_steps(std::int64_t{64} << layer, stride);
        const auto module = std::make_shared<ResidualBlock>(channels, steps, stride, members);
        container->register_module(std::to_string(block), module);
        add_simple_unit(name + "." + std::to_string(block),
                        [module](const at::Tensor& input) { return module->forward(input); });
        channels = steps.back().outputs;
      }
    }
    add_classifier(channels, kImageNetClasses);
  }

 private:
  void add_stem() {
    const auto conv1 = register_module("conv1", convolution(3, 64, {{7, 7}, {3, 3}, 2}, members()));
    const auto bn1 = register_module("bn1", norm(64, members()));
    add_simple_unit("stem", [this, conv1, bn1](const at::Tensor& input) {
      const at::Tensor features = bn1->forward(conv1->forward(merged_images(input))).relu_();
      return at::max_pool2d(features, {3, 3}, {2, 2}, {1, 1});
    });
  }
};

}  // namespace

std::shared_ptr<Chain> make_resnet18(std::int64_t members) {
  return std::make_shared<ResNet>(basic_steps, std::array{2, 2, 2, 2}, members);
}
std::shared_ptr<Chain> make_resnet50(std::int64_t members) {
  return std::make_shared<ResNet>(bottleneck_steps, std::array{3, 4, 6, 3}, members);
}

}  // namespace daris
