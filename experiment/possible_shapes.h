// The shapes in which a point may run: its own or, if one is chosen (`--shape auto`), those that are tried.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "experiment/scenario.h"
#include "experiment/settled_config.h"

namespace daris {

// `config` in each of them. Those that the machine does not grant are left out, and those that lack a context
// which is disturbed. Errors: of the input; no shape is left.
[[nodiscard]] Result<std::vector<SettledConfig>> possible_shapes(const SettledConfig& config,
                                                                 const ScenarioInputs& inputs);

// The first of them that `check` takes. Errors: those of possible_shapes(); that of `check` if it takes none,
// which is that for the most contexts.
[[nodiscard]] Result<SettledConfig> first_possible_shape(
    const SettledConfig& config, const ScenarioInputs& inputs,
    const std::function<Status(const SettledConfig&)>& check);

}  // namespace daris
