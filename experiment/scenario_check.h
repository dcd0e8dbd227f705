// Tells whether a simulated point is possible. A sweep asks this of every point before the first one runs. It
// is found without the estimates, which take most of the time of making a point.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "experiment/capacity.h"
#include "experiment/inputs.h"
#include "experiment/scenario.h"
#include "experiment/settled_config.h"
#include "sim/gpu_model.h"
#include "sim/gpu_model_builder.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {

// Keeps the parts that points share. Threads: any.
class ScenarioCheck {
 public:
  // REQUIRES: `capacities` outlives this, and so does each file of `inputs` that it is given.
  explicit ScenarioCheck(CapacityCache& capacities) : capacities_(capacities) {}

  // A point whose shape is chosen is possible if it is in one of the shapes that would be tried. Errors:
  // those of make_scenario(), and of make_policy() for its setup, with the same messages.
  [[nodiscard]] Status check(const SettledConfig& config, const std::string& id,
                             const ScenarioInputs& inputs);
  // Errors: those of make_scenario() alone, with the same messages.
  [[nodiscard]] Status check_scenario(const SettledConfig& config, const std::string& id,
                                      const ScenarioInputs& inputs);
  // `config` in a shape in which it is possible: the first one. Errors: as check().
  [[nodiscard]] Result<SettledConfig> possible_config(const SettledConfig& config, const std::string& id,
                                                      const ScenarioInputs& inputs);

 private:
  [[nodiscard]] Status check_shape(const SettledConfig& config, const std::string& id,
                                   const ScenarioInputs& inputs);
  // A GPU model of one context and one task for each group. If it can be made, so can one of any number of
  // equal contexts and copies of the tasks.
  struct SmallGpu {
    GpuModel gpu;
    HostLatencies latencies;
  };

  // A scenario that can surely be made, but small: one context, and one task of each group.
  struct SmallScenario {
    std::shared_ptr<const SmallGpu> gpu;
    Workload workload;
  };

  // Returns nullopt if it is not sure that the scenario can be made.
  [[nodiscard]] std::optional<SmallScenario> small_scenario(const SettledConfig& config,
                                                            const ScenarioInputs& inputs);
  // Returns null if it can't be made.
  [[nodiscard]] std::shared_ptr<const SmallGpu> small_gpu(const GpuModelRequest& request);

  CapacityCache& capacities_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const SmallGpu>> gpus_;  // null: it can't be made
};

}  // namespace daris
