// A small convolutional network for tests and CPUs: three convolutions and a classifier of 10 classes. Each
// convolution has batch norm and ReLU, and all but the last have 2x2 max pooling. Images are 3x32x32.
#include "workloads/models/builders.h"
#include "workloads/models/layers.h"

namespace daris {
namespace {

constexpr std::int64_t kClasses = 10;
constexpr double kEpsilon = 1e-5;

class SmallCnn : public Chain {
 public:
  explicit SmallCnn(std::int64_t members) : Chain(members) {
    add_pooled_block("block1", 3, 16);
    add_pooled_block("block2", 16, 32);
    add_module_unit("block3", make_block(32, 64));
    add_classifier(64, kClasses);
  }

 private:
  [[nodiscard]] std::shared_ptr<ConvolutionBlock> make_block(std::int64_t inputs, std::int64_t outputs) const {
    return std::make_shared<ConvolutionBlock>(inputs, outputs, kSame3x3, kEpsilon, members());
  }

  // The first one takes the images themselves.
  void add_pooled_block(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    const auto block = register_module(name, make_block(inputs, outputs));
    const bool first = units() == 0;
    add_simple_unit(name, [this, block, first](const at::Tensor& input) {
      return at::max_pool2d(block->forward(first ? merged_images(input) : input), {2, 2});
    });
  }
};

}  // namespace

std::shared_ptr<Chain> make_small_cnn(std::int64_t members) { return std::make_shared<SmallCnn>(members); }

}  // namespace daris
