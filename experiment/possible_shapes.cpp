#include "experiment/possible_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "experiment/scaled_workload.h"
#include "experiment/shape_candidates.h"

namespace daris {
namespace {

bool has_disturbed_contexts(const SettledConfig& config, const WorkloadInput& input) {
  const Injection* const injection = input.disturbances();
  return injection == nullptr || check_injection(*injection, config.contexts, input.task_set->contents).ok();
}

Result<std::vector<SettledConfig>> all_candidates(const SettledConfig& config, const ScenarioInputs& inputs,
                                                  const MachineShape& machine) {
  if (config.goal != ShapeGoal::kLatency) return shape_candidates(config);
  DARIS_TRY_ASSIGN(const TaskSet set, task_set_of(inputs.workload));
  return latency_candidates(config, machine, levels_of(set));
}

}  // namespace

Result<std::vector<SettledConfig>> possible_shapes(const SettledConfig& config,
                                                   const ScenarioInputs& inputs) {
  if (!config.automatic_shape) return std::vector<SettledConfig>{config};
  DARIS_TRY_ASSIGN(const MachineShape machine, confined_machine(inputs.profile->contents, config));
  DARIS_TRY_ASSIGN(std::vector<SettledConfig> shapes, all_candidates(config, inputs, machine));
  std::erase_if(shapes, [&](const SettledConfig& shape) {
    return !contexts_of(machine, shape).ok() || !has_disturbed_contexts(shape, inputs.workload);
  });
  if (!shapes.empty()) return shapes;
  return Error{
      // one context of one stream is always granted
      fmt::format("shape: \"auto\" finds no shape on this machine with all contexts that {} disturbs",
                  inputs.workload.injection->name)};
}

Result<SettledConfig> first_possible_shape(const SettledConfig& config, const ScenarioInputs& inputs,
                                           const std::function<Status(const SettledConfig&)>& check) {
  DARIS_TRY_ASSIGN(const std::vector<SettledConfig> shapes, possible_shapes(config, inputs));
  std::uint32_t most_contexts = 0;
  bool is_same = true;  // whatever the shape
  std::optional<Error> error;
  for (const SettledConfig& shape : shapes) {
    const Status status = check(shape);
    if (status.ok()) return shape;
    is_same = is_same && (!error || status.error().message == error->message);
    if (shape.contexts <= most_contexts) continue;
    most_contexts = shape.contexts;
    error = status.error();
  }
  return is_same ? *error : error->with("; shape \"auto\" tries none that does better");
}

}  // namespace daris
