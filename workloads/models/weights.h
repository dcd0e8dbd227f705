// The weights of a model by name: read, replace, move. Internal to workloads/models/.
#pragma once

#include <string_view>
#include <vector>

#include "workloads/models/chain.h"
#include "workloads/models/placement.h"

namespace daris {

// All parameters and buffers, not copies.
[[nodiscard]] StateDict weights_of(const Chain& chain);

// Does what StagedModel::load_weights() says. `model` is named in messages.
[[nodiscard]] Status load_weights(Chain& chain, std::string_view model, const StateDict& weights);

// Gives the chain of a merged network the weights of its members, one after the other. They lie where those of
// the members do. REQUIRES: as many members as it has, of the model that it merges.
void join_weights(Chain& chain, const std::vector<StateDict>& members);

// Moves and converts all weights in place. The memory format concerns tensors of four dimensions.
void place_weights(Chain& chain, const Placement& placement);

}  // namespace daris
