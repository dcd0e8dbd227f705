// One builder for each bundled model. Internal to workloads/models/.
#pragma once

#include <cstdint>
#include <memory>

#include "workloads/models/chain.h"
#include "workloads/packaged_model.h"

namespace daris {

// Each builds its model on the CPU in float32, still in training mode. Weights are not set yet. `members`: how
// many networks are merged into one (workloads/merged_networks.h); 1 builds the model itself.
[[nodiscard]] std::shared_ptr<Chain> make_resnet18(std::int64_t members);
[[nodiscard]] std::shared_ptr<Chain> make_resnet50(std::int64_t members);
[[nodiscard]] std::shared_ptr<Chain> make_small_cnn(std::int64_t members);

// The same for models that can't be merged.
[[nodiscard]] std::shared_ptr<Chain> make_unet();
[[nodiscard]] std::shared_ptr<Chain> make_inception_v3();

// A user's own model, without weights that the program could set.
[[nodiscard]] std::shared_ptr<Chain> make_packaged(const PackagedModel& model);

}  // namespace daris
