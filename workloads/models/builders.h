// One builder for each bundled model. Internal to workloads/models/.
#pragma once

#include <memory>

#include "workloads/models/chain.h"
#include "workloads/packaged_model.h"

namespace daris {

// Each builds its model on the CPU in float32, still in training mode. Weights are not set yet.
[[nodiscard]] std::shared_ptr<Chain> make_resnet18();
[[nodiscard]] std::shared_ptr<Chain> make_resnet50();
[[nodiscard]] std::shared_ptr<Chain> make_unet();
[[nodiscard]] std::shared_ptr<Chain> make_inception_v3();
[[nodiscard]] std::shared_ptr<Chain> make_small_cnn();

// A user's own model, without weights that the program could set.
[[nodiscard]] std::shared_ptr<Chain> make_packaged(const PackagedModel& model);

}  // namespace daris
