// The merged networks of bundled models, without Torch: several networks of equal architecture, each with
// weights of its own, as one network with grouped convolutions. One launch runs them all, and needs an image
// for each. They are built in workloads/models/; what is known of one is a ModelInfo, as of any model.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "workloads/model_catalog.h"

namespace daris {

// So many networks can be merged, ascending.
[[nodiscard]] std::span<const std::uint32_t> merge_sizes();

// `members` networks of the model as one, called "resnet18-merged8". It lives as long as the program. Returns
// null if the model can't be merged, or not so many of it.
[[nodiscard]] const ModelInfo* find_merged_network(std::string_view model, std::uint32_t members);

// The model or the merged network of that name. Errors: as find_model().
[[nodiscard]] Result<const ModelInfo*> find_network(std::string_view name);

}  // namespace daris
