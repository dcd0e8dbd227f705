// U-Net (Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation") with padded
// convolutions and batch norm, so that the output is as large as the input. Widths are 64 to 1024. Each level
// has two 3x3 convolutions with batch norm and ReLU. It goes down by 2x2 max pooling and up by 2x2 transposed
// convolution. Skips are concatenated, the skip first. At the end a 1x1 convolution makes 10 channels.
//
// Between units travel the skips that decoders still need, outermost first, and last the running activation.
#include <ATen/ATen.h>

#include <string>

#include "workloads/models/builders.h"
#include "workloads/models/layers.h"

namespace daris {
namespace {

constexpr std::int64_t kOutputChannels = 10;
constexpr int kLevels = 4;  // levels of pooling; the bottom is one more
constexpr std::int64_t kFirstWidth = 64;

// Two 3x3 convolutions with batch norm and ReLU. Children "0" and "1".
class DoubleConvolution : public torch::nn::Module {
 public:
  DoubleConvolution(std::int64_t inputs, std::int64_t outputs)
      : first_(register_module("0", std::make_shared<ConvolutionBlock>(inputs, outputs, kSame3x3))),
        second_(register_module("1", std::make_shared<ConvolutionBlock>(outputs, outputs, kSame3x3))) {}

  at::Tensor forward(const at::Tensor& input) { return second_->forward(first_->forward(input)); }

 private:
  std::shared_ptr<ConvolutionBlock> first_;
  std::shared_ptr<ConvolutionBlock> second_;
};

// Doubles the size and halves the channels, puts the skip beside that, and runs two convolutions. Children
// "up" and "convolutions".
class Decoder : public torch::nn::Module {
 public:
  explicit Decoder(std::int64_t width)
      : up_(register_module("up", std::make_shared<Doubling>(2 * width, width))),
        convolutions_(
            register_module("convolutions", std::make_shared<DoubleConvolution>(2 * width, width))) {}

  at::Tensor forward(const at::Tensor& skip, const at::Tensor& input) {
    return convolutions_->forward(at::cat({skip, up_->forward(input)}, 1));
  }

 private:
  std::shared_ptr<Doubling> up_;
  std::shared_ptr<DoubleConvolution> convolutions_;
};

class UNet : public Chain {
 public:
  UNet() {
    std::int64_t channels = 3;
    for (int level = 1; level <= kLevels; ++level) {
      add_encoder("encoder" + std::to_string(level), channels, width_of(level), level > 1);
      channels = width_of(level);
    }
    add_encoder("bottom", channels, 2 * channels, true);
    for (int level = kLevels; level >= 1; --level)
      add_decoder("decoder" + std::to_string(level), width_of(level));
    add_module_unit("output",
                    std::make_shared<Convolution>(kFirstWidth, kOutputChannels, kPointwise, Bias::kAdded));
  }

 private:
  static std::int64_t width_of(int level) { return kFirstWidth << (level - 1); }

  // Pools the running activation into a new one, and keeps the old one behind it as a skip.
  void add_encoder(const std::string& name, std::int64_t inputs, std::int64_t outputs, bool pooled) {
    const auto module = register_module(name, std::make_shared<DoubleConvolution>(inputs, outputs));
    add_unit(name, [module, pooled](Tensors state) {
      if (pooled) {
        state.push_back(module->forward(at::max_pool2d(state.back(), {2, 2})));
      } else {
        state.back() = module->forward(state.back());
      }
      return state;
    });
  }

  // Uses up the innermost skip.
  void add_decoder(const std::string& name, std::int64_t width) {
    const auto module = register_module(name, std::make_shared<Decoder>(width));
    add_unit(name, [module](Tensors state) {
      const at::Tensor input = std::move(state.back());
      state.pop_back();
      state.back() = module->forward(state.back(), input);
      return state;
    });
  }
};

}  // namespace

std::shared_ptr<Chain> make_unet() { return std::make_shared<UNet>(); }

}  // namespace daris
