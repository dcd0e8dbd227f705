#include "experiment/scaled_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace daris {
namespace {

// Tasks are whole, so the load that is reached may be another one than was asked for.
std::optional<std::string> load_warning(const Scaling& scaling, double reached) {
  if (!scaling.load || std::abs(reached - *scaling.load) <= 0.05 * *scaling.load) return std::nullopt;
  return fmt::format(
      "load: {:.3g} was reached where {:.3g} was asked for, since tasks are whole and each kind has at least "
      "one",
      reached, *scaling.load);
}

// For the same reason, and as far off as a load may be.
std::optional<std::string> mix_warning(const Scaling& scaling, const Workload& workload) {
  if (!scaling.priority_mix || workload.tasks.empty()) return std::nullopt;
  const auto level0 = std::count_if(workload.tasks.begin(), workload.tasks.end(), [&](const Task& task) {
    return workload.set.groups[task.group].priority == 0;
  });
  const double reached = static_cast<double>(level0) / static_cast<double>(workload.tasks.size());
  const double asked = *scaling.priority_mix;
  if (std::abs(reached - asked) <= 0.05 * std::min(asked, 1 - asked)) return std::nullopt;
  return fmt::format(
      "priority mix: {} of {} tasks are of level 0, a share of {:.3g} where {:.3g} was asked for, since "
      "tasks "
      "are whole and each kind has at least one",
      level0, workload.tasks.size(), reached, asked);
}

}  // namespace

Result<TaskSet> task_set_of(const WorkloadInput& input) {
  if (input.releases == nullptr) return input.task_set->contents;
  return scale_as_logged(input.task_set->contents, *input.releases);
}

Result<ScaledWorkload> scale_workload(const TaskSet& set, const Scaling& scaling,
                                      const std::vector<double>& capacity_jobs_per_s) {
  Result<ScaledTaskSet> scaled = scale(set, scaling, capacity_jobs_per_s);
  if (!scaled.ok()) return scaled.error().in(fmt::format("task set \"{}\"", set.name));
  ScaledWorkload result;
  result.demand_load = scaled.value().demand_load;
  result.workload = make_workload(std::move(scaled).value().set);
  const std::vector<TaskGroup>& groups = result.workload.set.groups;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double demand =
        static_cast<double>(kNsPerSecond) * groups[g].count / static_cast<double>(groups[g].period.ns());
    result.loads.push_back({groups[g].name, demand, capacity_jobs_per_s[g + groups[g].left_out_before]});
  }
  return result;
}

void note_loads(const ScaledWorkload& scaled, const Scaling& scaling, PointDescription& point) {
  point.load_reached = scaled.demand_load;
  point.group_loads = scaled.loads;
  if (std::optional<std::string> off = load_warning(scaling, scaled.demand_load))
    point.warnings.push_back(*std::move(off));
  if (std::optional<std::string> off = mix_warning(scaling, scaled.workload))
    point.warnings.push_back(*std::move(off));
}

}  // namespace daris
