// Says which units of a model make up each of its stages. These boundaries are data, so that they can move.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workloads/model_catalog.h"

namespace daris {

struct PlannedStage {
  std::string name;
  std::vector<std::string> units;
  friend bool operator==(const PlannedStage&, const PlannedStage&) = default;
};
using StagePlan = std::vector<PlannedStage>;

[[nodiscard]] StagePlan default_stage_plan(const ModelInfo& model);

// The whole model as one stage, named "whole".
[[nodiscard]] StagePlan whole_stage_plan(const ModelInfo& model);

// Moves the boundaries. `boundaries` names, separated by commas, the unit with which each stage after the
// first begins: "layer2.0,layer4.0" makes three stages. If it is empty, the whole model is one stage. A stage
// is called after its units: "layer2.0..layer3.1", or "head" if it is a single one. Errors: a unit that the
// model lacks (the nearest known one is named); a boundary that is not after the one before it.
[[nodiscard]] Result<StagePlan> parse_stage_plan(const ModelInfo& model, std::string_view boundaries);

// A plan is right if its stages have names of their own, none is empty, and their units in a row are the
// model's chain. Errors name the stage and the unit that is wrong and the one that would be right.
[[nodiscard]] Status check_stage_plan(const ModelInfo& model, const StagePlan& plan);

}  // namespace daris
