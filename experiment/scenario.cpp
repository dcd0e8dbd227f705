#include "experiment/scenario.h"

#include <utility>

#include "experiment/capacity.h"
#include "experiment/config_json.h"
#include "experiment/scaled_workload.h"
#include "policy/registry.h"
#include "sim/afet.h"
#include "sim/gpu_model_builder.h"
#include "sim/simulated_setup.h"

namespace daris {
namespace {

Shape shape_of(const RunConfig& config) {
  return {config.backend, config.contexts, config.streams, *config.oversubscription_milli, config.sms};
}

// The parts that are made one after the other.
class Maker {
 public:
  Maker(const RunConfig& config, const std::string& id, const ScenarioInputs& inputs)
      : inputs_(inputs), policy_(*find_policy(config.policy)) {
    scenario_.config = config;
    scenario_.point.id = id;
    scenario_.point.config = config_to_json(config);
  }

  Result<Scenario> make() &&;

 private:
  Status scale_tasks();
  Status make_grants();
  Status make_gpu();
  void tell_policy();
  void describe();
  void warn_of_sources(const std::vector<Capacity>& capacities);
  [[nodiscard]] const ScheduleLog* schedule() const { return inputs_.workload.schedule.get(); }

  const ScenarioInputs& inputs_;
  const PolicyInfo& policy_;
  MachineShape machine_;
  Scenario scenario_;
};

Result<Scenario> Maker::make() && {
  const Result<MachineShape> machine = confined_machine(inputs_.profile->contents, scenario_.config);
  if (!machine.ok()) return machine.error();
  machine_ = machine.value();
  if (const Status status = scale_tasks(); !status.ok()) return status.error();
  if (const Status status = make_grants(); !status.ok()) return status.error();
  if (const Status status = make_gpu(); !status.ok()) return status.error();
  tell_policy();
  describe();
  return std::move(scenario_);
}

Status Maker::scale_tasks() {
  const RunConfig& config = scenario_.config;
  const Result<TaskSet> as_run = task_set_of(inputs_.workload);
  if (!as_run.ok()) return as_run.error();
  const TaskSet& set = as_run.value();
  const Result<std::vector<Capacity>> capacities = group_capacities(
      set, inputs_.profile->contents, inputs_.contention->contents, machine_, config.backend);
  if (!capacities.ok()) return capacities.error();
  std::vector<double> rates;
  for (const Capacity& capacity : capacities.value()) rates.push_back(capacity.jobs_per_s);
  Result<ScaledWorkload> scaled = scale_workload(set, config.scaling, rates);
  if (!scaled.ok()) return scaled.error();
  scenario_.point.load_reached = scaled.value().demand_load;
  scenario_.point.group_loads = std::move(scaled.value().loads);
  scenario_.workload = std::move(scaled.value().workload);
  if (const std::optional<std::string> off = load_warning(config.scaling, scaled.value().demand_load))
    scenario_.point.warnings.push_back(*off);
  warn_of_sources(capacities.value());
  return {};
}

void Maker::warn_of_sources(const std::vector<Capacity>& capacities) {
  std::vector<std::string>& warnings = scenario_.point.warnings;
  const std::string& gpu = inputs_.profile->contents.gpu.name;
  if (inputs_.contention->contents.gpu != gpu) {
    warnings.push_back("the contention model was fitted on another GPU (" + inputs_.contention->contents.gpu +
                       ") than the profile's (" + gpu + ")");
  }
  std::string simulated;
  for (std::size_t g = 0; g < capacities.size(); ++g) {
    if (!capacities[g].simulated) continue;
    simulated += (simulated.empty() ? "" : ", ") + scenario_.workload.set.groups[g].name;
  }
  if (simulated.empty()) return;
  warnings.push_back(
      "load is counted against a closed loop of the contention model, not a measured one, for " + simulated +
      ": the profile has no saturation rate on " + std::to_string(machine_.sms) + " SMs with backend " +
      std::string(to_text(scenario_.config.backend)));
}

Status Maker::make_grants() {
  Result<std::vector<ContextGrant>> grants = make_partition(machine_, shape_of(scenario_.config));
  if (!grants.ok()) return grants.error();
  scenario_.grants = std::move(grants).value();
  for (const ContextGrant& grant : scenario_.grants) scenario_.point.granted_sms.push_back(grant.granted_sms);
  return {};
}

Status Maker::make_gpu() {
  const RunConfig& config = scenario_.config;
  GpuModelRequest request;
  request.profile = &inputs_.profile->contents;
  request.workload = &scenario_.workload;
  request.contention = &inputs_.contention->contents;
  request.machine = machine_;
  request.shape = shape_of(config);
  request.grants = scenario_.grants;
  request.staged = !policy_.whole_models && config.switches.staging;
  request.batch_classes = forms_batches(config, schedule());
  Result<BuiltGpuModel> built = build_gpu_model(request);
  if (!built.ok()) return Error{"profile \"" + inputs_.profile->name + "\": " + built.error().message};
  scenario_.gpu = std::move(built.value().gpu);
  scenario_.latencies = host_latencies(inputs_.profile->contents, config.backend);
  scenario_.point.stage_times_interpolated = built.value().interpolated;
  scenario_.point.stage_times = std::uint64_t{scenario_.gpu.classes()} * config.contexts;
  return {};
}

void Maker::tell_policy() {
  scenario_.setup = make_simulated_setup(scenario_.gpu, scenario_.workload,
                                         average_full_load_times(scenario_.gpu, scenario_.latencies),
                                         scenario_.latencies, scenario_.config.switches,
                                         batch_limit_of(scenario_.config, schedule()).value_or(0));
  scenario_.setup.schedule = schedule_of(schedule());
  if (schedule() != nullptr) scenario_.recorded = schedule()->recorded;
}

void Maker::describe() {
  const RunConfig& config = scenario_.config;
  scenario_.description =
      describe_run(scenario_.workload, scenario_.setup, Time() + config.warmup, Time() + config.duration);
}

}  // namespace

Result<ScenarioInputs> read_scenario_inputs(Inputs& known, RunConfig& config) {
  ScenarioInputs inputs;
  Result<WorkloadInput> workload = known.workload(config);
  if (!workload.ok()) return workload.error();
  inputs.workload = std::move(workload).value();
  // A simulated run is repeated with what it was simulated with.
  const ScheduleLog* const log = inputs.workload.schedule.get();
  if (log != nullptr && config.profile.empty()) {
    config.profile = log->profile;
    if (config.model.empty()) config.model = log->contention_model;
  }
  Result<std::shared_ptr<const ProfileInput>> profile = known.profile(config.profile);
  if (!profile.ok()) return profile.error();
  inputs.profile = std::move(profile).value();
  config.profile = inputs.profile->name;
  if (config.sms == inputs.profile->contents.gpu.sms) config.sms.reset();
  Result<std::shared_ptr<const ContentionInput>> contention =
      known.contention(config.model, inputs.profile->contents.gpu.name);
  if (!contention.ok()) return contention.error();
  inputs.contention = std::move(contention).value();
  config.model = inputs.contention->name;
  return inputs;
}

Result<MachineShape> confined_machine(const Profile& profile, const RunConfig& config) {
  const GpuDescription& gpu = profile.gpu;
  const bool green = config.backend == Backend::kGreen;
  if (green && gpu.group_sms == 0) {
    return Error{"backend green: profile \"" + profile.name +
                 "\" is of a GPU without green contexts; use mps or streams"};
  }
  Result<MachineShape> shape = confined(shape_of(gpu), config.backend, config.sms);
  if (!shape.ok()) return Error{shape.error().message + " on " + gpu.name};
  return shape;
}

Result<Scenario> make_scenario(const RunConfig& config, const std::string& id, const ScenarioInputs& inputs) {
  return Maker(config, id, inputs).make();
}

}  // namespace daris
