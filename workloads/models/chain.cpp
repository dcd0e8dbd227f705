#include "workloads/models/chain.h"

#include <ATen/ATen.h>

#include <memory>

#include "workloads/models/layers.h"

namespace daris {

void Chain::add_classifier(std::int64_t channels, std::int64_t classes) {
  const auto fc = register_module("fc", std::make_shared<Linear>(channels, classes));
  add_simple_unit("head", [fc](const at::Tensor& input) {
    return fc->forward(at::adaptive_avg_pool2d(input, {1, 1}).flatten(1));
  });
}

}  // namespace daris
