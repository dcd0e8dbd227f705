#include "experiment/capacity.h"

#include <fmt/format.h>

#include "profiles/stage_times.h"
#include "sim/saturation.h"

namespace daris {
namespace {

// Profiles and contention models are told apart by their addresses.
std::string key_of(const SaturationRequest& request) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {}", fmt::ptr(request.profile), fmt::ptr(request.contention),
                     request.machine.sms, request.machine.group_sms, request.machine.groups,
                     to_text(request.shape.backend), to_text(request.precision), request.batch,
                     static_cast<int>(request.weights), request.model);
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

Result<Capacity> find_out(const SaturationRequest& request) {
  const std::optional<double> measured =
      saturation_jobs_per_s(*request.profile, request.shape.backend, request.model, request.precision,
                            request.batch, request.weights, request.machine.sms);
  if (measured) return Capacity{*measured, false};
  DARIS_TRY_ASSIGN(const double simulated, simulated_saturation_jobs_per_s(request));
  return Capacity{simulated, true};
}

Result<Capacity> find_or_find_out(const SaturationRequest& request, CapacityCache& known) {
  const std::string key = key_of(request);
  if (std::optional<Result<Capacity>> found = known.find(key)) return *std::move(found);
  Result<Capacity> capacity = find_out(request);
  known.keep(key, capacity);
  return capacity;
}

}  // namespace

std::optional<Result<Capacity>> CapacityCache::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  return found != known_.end() ? std::optional<Result<Capacity>>(found->second) : std::nullopt;
}

void CapacityCache::keep(const std::string& key, const Result<Capacity>& capacity) {
  const std::lock_guard lock(mutex_);
  known_.emplace(key, capacity);
}

std::vector<double> jobs_per_s_of(const std::vector<Capacity>& capacities) {
  std::vector<double> rates;
  rates.reserve(capacities.size());
  for (const Capacity& capacity : capacities) rates.push_back(capacity.jobs_per_s);
  return rates;
}

Result<std::vector<Capacity>> group_capacities(const TaskSet& set, const Profile& profile,
                                               const ContentionParameters& contention,
                                               const MachineShape& machine, Backend backend,
                                               CapacityCache& known) {
  std::vector<Capacity> capacities;
  for (const TaskGroup& group : set.groups) {
    const Result<Capacity> capacity =
        find_or_find_out(request_for(group, profile, contention, machine, backend), known);
    if (!capacity.ok())
      return capacity.error().in(fmt::format("task set \"{}\": task \"{}\"", set.name, group.name));
    capacities.push_back(capacity.value());
  }
  return capacities;
}

}  // namespace daris
