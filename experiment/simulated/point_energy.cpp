#include "experiment/simulated/point_energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/report/statistics.h"
#include "base/json/json.h"

namespace daris {
namespace {

// Launches of a job of each group of the set; 0: the group has no task.
std::vector<std::size_t> stages_by_group(const Scenario& scenario) {
  std::vector<std::size_t> stages(scenario.workload.set.groups.size());
  for (std::size_t i = 0; i < scenario.workload.tasks.size(); ++i)
    stages[scenario.workload.tasks[i].group] = scenario.setup.tasks[i].stage_estimates.size();
  return stages;
}

double jobs_per_s(const Json& results, const std::string& task) {
  for (const Json& row : results.at("tasks"))
    if (row.at("name") == task) return row.at("throughput_jobs_per_s").get<double>();
  return 0;
}

}  // namespace

GpuActivity activity_of(const Scenario& scenario, const Json& point) {
  const Json& results = point.at("results");
  const std::vector<std::size_t> stages = stages_by_group(scenario);
  GpuActivity activity;
  double stages_of_inputs = 0;  // launched in a second if each had one input
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const TaskGroup& group = scenario.workload.set.groups[i];
    const double inputs = jobs_per_s(results, group.name) * group.batch;
    activity.inputs.push_back({group.model, std::string(to_text(group.precision)), inputs});
    stages_of_inputs += inputs * static_cast<double>(stages[i]);
  }
  const double launched = results.at("stages_finished").get<double>() / results.at("window_s").get<double>();
  if (launched > 0) activity.inputs_per_launch = std::max(1.0, stages_of_inputs / launched);
  const double slots = static_cast<double>(scenario.description.contexts) * scenario.description.streams;
  activity.busy_slots = results.at("slot_utilization").get<double>() * slots;
  return activity;
}

void add_energy(const PowerModel& model, const std::string& gpu, const Scenario& scenario, Json& point) {
  Json& results = point.at("results");
  const double jobs = results.at("throughput_jobs_per_s").get<double>();
  const Result<double> power = power_w(model, activity_of(scenario, point));
  if (!power.ok()) {
    point.at("warnings").push_back("energy is not predicted: " + power.error().message);
    return;
  }
  if (model.gpu != gpu)
    point.at("warnings")
        .push_back(fmt::format("the power model was fitted on another GPU ({}) than the profile's ({})",
                               model.gpu, gpu));
  if (jobs > 0) results.at("energy_j_per_job") = rounded(power.value() / jobs);
}

}  // namespace daris
