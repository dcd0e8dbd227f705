// The bundled models, without Torch: names, units, default stages, shapes. `daris list models`, the checks of
// task sets and profiles, and the simulator know this much of a model. The builders in workloads/models/
// abort if they disagree.
//
// A model is a chain of units, its smallest indivisible links ("stem", "layer1.0", ...). A stage is a run of
// consecutive units. Which units make a stage is data (workloads/stage_plan.h).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace daris {

// One stage of a default plan: from `first_unit` to the unit before the next stage's first.
struct CatalogStage {
  std::string_view name;
  std::string_view first_unit;
};

struct InputShape {
  std::uint32_t channels = 3;
  std::uint32_t height = 224;
  std::uint32_t width = 224;
};

struct PackagedModel;  // workloads/packaged_model.h

// Everything it points to lives as long as the program.
struct ModelInfo {
  std::string_view name;
  std::string_view summary;
  InputShape input;                         // of one image
  std::uint32_t outputs = 0;                // classes; channels of the output image if `image_output`
  bool image_output = false;                // the output is an image as large as the input
  std::uint64_t parameters = 0;             // learned weights, without the running statistics of batch norm
  std::span<const std::string_view> units;  // in order of execution; not empty
  std::span<const CatalogStage> default_stages;  // the first begins with the first unit
  // Of a merged network (workloads/merged_networks.h): how many networks it holds, each of which takes one
  // image of a batch. `parameters` are those of all, the rest is as of one of them.
  std::uint32_t members = 1;
  const PackagedModel* packages = nullptr;  // only for a user's own model, of which each unit is a package
};

// All bundled models, in the order in which they are listed.
[[nodiscard]] std::span<const ModelInfo> model_catalog();

// The model of that name, or of that folder (workloads/packaged_model.h) if the name has a "/". The pointer
// lives as long as the program. Errors: no such model; the message names the nearest known one and lists all.
[[nodiscard]] Result<const ModelInfo*> find_model(std::string_view name);

}  // namespace daris
