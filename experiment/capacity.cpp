#include "experiment/capacity.h"

#include <optional>

#include "profiles/stage_times.h"
#include "sim/saturation.h"

namespace daris {
namespace {

bool same_jobs(const TaskGroup& a, const TaskGroup& b) {
  return a.model == b.model && a.precision == b.precision && a.batch == b.batch && a.weights == b.weights;
}

SaturationRequest request_for(const TaskGroup& group, const Profile& profile,
                              const ContentionParameters& contention, const MachineShape& machine,
                              Backend backend) {
  SaturationRequest request;
  request.profile = &profile;
  request.contention = &contention;
  request.machine = machine;
  request.shape = saturation_shape(backend);
  request.model = group.model;
  request.precision = group.precision;
  request.batch = group.batch;
  request.weights = group.weights;
  return request;
}

}  // namespace

Result<std::vector<Capacity>> group_capacities(const TaskSet& set, const Profile& profile,
                                               const ContentionParameters& contention,
                                               const MachineShape& machine, Backend backend) {
  std::vector<Capacity> capacities;
  for (std::size_t i = 0; i < set.groups.size(); ++i) {
    const TaskGroup& group = set.groups[i];
    std::size_t same = 0;
    while (!same_jobs(set.groups[same], group)) ++same;
    if (same < i) {
      capacities.push_back(capacities[same]);
      continue;
    }
    const std::optional<double> measured = saturation_jobs_per_s(
        profile, backend, group.model, group.precision, group.batch, group.weights, machine.sms);
    if (measured) {
      capacities.push_back({*measured, false});
      continue;
    }
    const Result<double> simulated =
        simulated_saturation_jobs_per_s(request_for(group, profile, contention, machine, backend));
    if (!simulated.ok())
      return Error{"task set \"" + set.name + "\": task \"" + group.name +
                   "\": " + simulated.error().message};
    capacities.push_back({simulated.value(), true});
  }
  return capacities;
}

}  // namespace daris
