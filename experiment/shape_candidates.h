// The shapes that `--shape auto` tries (docs/scheduler.md, "Shape").
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/shape_choice.h"
#include "experiment/settled_config.h"
#include "profiles/partition.h"

namespace daris {

// `config` in each shape that is worth trying. Backend and policy settle OS (experiment/normalise.h), and
// shapes that they can't have are left out. REQUIRES: the policy has more than one slot.
[[nodiscard]] std::vector<SettledConfig> shape_candidates(const SettledConfig& config);

// The same for the goal of latency: more urgent levels go first in each, if the policy has a switch for that.
// Then come shapes with a slot in reserve, and partitions (experiment/latency_shapes.h). They are left out if
// the policy knows no contexts of levels, or if `config` has a reserve already. `machine` is confined
// already; `levels` are those of the task set, ascending.
[[nodiscard]] std::vector<SettledConfig> latency_candidates(const SettledConfig& config,
                                                            const MachineShape& machine,
                                                            const std::vector<std::uint32_t>& levels);

// Of the candidate's switches, those that belong to its shape, with their values. Empty unless for latency.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> shape_switches(const SettledConfig& candidate);

// `config` in that shape, with its list of contexts and its switches.
[[nodiscard]] SettledConfig in_shape(const SettledConfig& config, const TriedShape& tried);

}  // namespace daris
