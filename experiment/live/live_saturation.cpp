#include "experiment/live/live_saturation.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/full_load.h"

namespace daris {
namespace {

std::vector<TaskId> tasks_of(const std::vector<std::uint32_t>& classes, std::uint32_t work_class) {
  std::vector<TaskId> tasks;
  for (std::uint32_t task = 0; task < classes.size(); ++task) {
    if (classes[task] == work_class) tasks.emplace_back(task);
  }
  return tasks;
}

// The classes of the workload, still without rates.
std::vector<SaturationClass> classes_of(const Workload& workload, const std::vector<std::uint32_t>& classes) {
  std::vector<SaturationClass> all(*std::max_element(classes.begin(), classes.end()) + std::size_t{1});
  for (std::uint32_t task = 0; task < classes.size(); ++task) {
    std::vector<std::size_t>& groups = all[classes[task]].groups;
    const std::size_t group = workload.tasks[task].group;
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return all;
}

// Fills one side of every rate: before the run, or after it.
Status measure(const LiveMeasurements& measurements, LiveScenario& scenario,
               std::optional<double> SaturationRates::*side) {
  SlotSaturation& saturation = *scenario.point.saturation;
  const Workload& workload = scenario.workload;
  DARIS_TRY_ASSIGN(const double all, measurements.saturation(workload, scenario.machine, {}));
  saturation.rates.*side = all;
  if (saturation.classes.size() == 1) {
    saturation.classes[0].rates.*side = all;
    return {};
  }
  const std::vector<std::uint32_t> classes = work_classes(workload);
  for (std::uint32_t i = 0; i < saturation.classes.size(); ++i) {
    DARIS_TRY_ASSIGN(const double alone,
                     measurements.saturation(workload, scenario.machine, tasks_of(classes, i)));
    saturation.classes[i].rates.*side = alone;
  }
  return {};
}

}  // namespace

Status saturate_before(const LiveMeasurements& measurements, LiveScenario& scenario) {
  SlotSaturation& saturation = scenario.point.saturation.emplace();
  saturation.classes = classes_of(scenario.workload, work_classes(scenario.workload));
  return measure(measurements, scenario, &SaturationRates::before);
}

void saturate_after(const LiveMeasurements& measurements, LiveScenario& scenario) {
  SlotSaturation& saturation = *scenario.point.saturation;
  if (const Status status = measure(measurements, scenario, &SaturationRates::after); !status.ok()) {
    scenario.point.warnings.push_back("saturation after the run: " + status.error().message);
    return;
  }
  if (const std::optional<std::string> drift = drift_warning(saturation.rates))
    scenario.point.warnings.push_back(*drift);
  if (!scenario.staged) {
    saturation.whole_model = saturation.rates.after;
    return;
  }
  scenario.machine.executor.reset();
  const Result<double> whole = measurements.whole_model_saturation(scenario.workload);
  if (whole.ok()) {
    saturation.whole_model = whole.value();
  } else {
    scenario.point.warnings.push_back("saturation of whole models: " + whole.error().message);
  }
}

}  // namespace daris
