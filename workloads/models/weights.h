// The weights of a model by name: read, replace, move. Internal to workloads/models/.
#pragma once

#include <string_view>

#include "workloads/models/chain.h"
#include "workloads/models/placement.h"

namespace daris {

// All parameters and buffers, not copies.
[[nodiscard]] StateDict weights_of(const Chain& chain);

// Does what StagedModel::load_weights() says. `model` is named in messages.
[[nodiscard]] Status load_weights(Chain& chain, std::string_view model, const StateDict& weights);

// Moves and converts all weights in place. The memory format concerns tensors of four dimensions.
void place_weights(Chain& chain, const Placement& placement);

}  // namespace daris
