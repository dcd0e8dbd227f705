// Inception v3 (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision"), for inference:
// without the auxiliary classifier, without torchvision's `transform_input`. Weights have torchvision's
// names.
#include <string>

#include "workloads/models/builders.h"
#include "workloads/models/inception_blocks.h"

namespace daris {
namespace {

class InceptionV3 : public Chain {
 public:
  InceptionV3() {
    add_stem();
    add_module_unit("Mixed_5b", std::make_shared<InceptionA>(192, 32));
    add_module_unit("Mixed_5c", std::make_shared<InceptionA>(256, 64));
    add_module_unit("Mixed_5d", std::make_shared<InceptionA>(288, 64));
    add_module_unit("Mixed_6a", std::make_shared<InceptionB>(288));
    add_module_unit("Mixed_6b", std::make_shared<InceptionC>(768, 128));
    add_module_unit("Mixed_6c", std::make_shared<InceptionC>(768, 160));
    add_module_unit("Mixed_6d", std::make_shared<InceptionC>(768, 160));
    add_module_unit("Mixed_6e", std::make_shared<InceptionC>(768, 192));
    add_module_unit("Mixed_7a", std::make_shared<InceptionD>(768));
    add_module_unit("Mixed_7b", std::make_shared<InceptionE>(1280));
    add_module_unit("Mixed_7c", std::make_shared<InceptionE>(2048));
    add_classifier(2048, kImageNetClasses);
  }

 private:
  void add_stem() {
    add_module_unit("Conv2d_1a_3x3", inception_convolution(3, 32, {{3, 3}, {0, 0}, 2}));
    add_module_unit("Conv2d_2a_3x3", inception_convolution(32, 32, {{3, 3}, {0, 0}, 1}));
    add_pooled_convolution("Conv2d_2b_3x3", 32, 64, kSame3x3);
    add_module_unit("Conv2d_3b_1x1", inception_convolution(64, 80, kPointwise));
    add_pooled_convolution("Conv2d_4a_3x3", 80, 192, {{3, 3}, {0, 0}, 1});
  }

  void add_pooled_convolution(const std::string& name, std::int64_t inputs, std::int64_t outputs,
                              const Window& window) {
    const auto block = register_module(name, inception_convolution(inputs, outputs, window));
    add_simple_unit(name, [block](const at::Tensor& input) {
      return at::max_pool2d(block->forward(input), {3, 3}, {2, 2});
    });
  }
};

}  // namespace

std::shared_ptr<Chain> make_inception_v3() { return std::make_shared<InceptionV3>(); }

}  // namespace daris
