#include "workloads/models/chain.h"

#include <ATen/ATen.h>

#include <memory>

#include "workloads/models/layers.h"

namespace daris {

void Chain::add_classifier(std::int64_t channels, std::int64_t classes) {
  const auto fc = register_module("fc", std::make_shared<Linear>(channels, classes, members_));
  add_simple_unit("head", [fc, channels](const at::Tensor& input) {
    return fc->forward(at::adaptive_avg_pool2d(input, {1, 1}).reshape({-1, channels}));
  });
}

// The images of one launch follow each other in memory. So contiguous ones need not be moved, and the pixels
// of images with channels last are put side by side in one copy.
at::Tensor Chain::merged_images(const at::Tensor& images) const {
  if (members_ == 1) return images;
  const std::int64_t channels = members_ * images.size(1);
  if (images.is_contiguous()) return images.view({-1, channels, images.size(2), images.size(3)});
  return images.unflatten(0, {-1, members_})
      .permute({0, 3, 4, 1, 2})
      .reshape({-1, images.size(2), images.size(3), channels})
      .permute({0, 3, 1, 2});
}

}  // namespace daris
