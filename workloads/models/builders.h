// One builder for each bundled model. Internal to workloads/models/.
#pragma once

#include <memory>

#include "workloads/models/chain.h"
#include "workloads/packaged_model.h"

namespace daris {

// On the CPU, float32, in training mode still, weights as Torch's layers begin with.
[[nodiscard]] std::shared_ptr<Chain> make_resnet18();
[[nodiscard]] std::shared_ptr<Chain> make_resnet50();
[[nodiscard]] std::shared_ptr<Chain> make_unet();
[[nodiscard]] std::shared_ptr<Chain> make_inception_v3();
[[nodiscard]] std::shared_ptr<Chain> make_small_cnn();

// A user's own, without weights that the program could set.
[[nodiscard]] std::shared_ptr<Chain> make_packaged(const PackagedModel& model);

}  // namespace daris
