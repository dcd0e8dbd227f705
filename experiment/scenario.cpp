#include "experiment/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json/json.h"
#include "experiment/config_json.h"
#include "experiment/scaled_workload.h"
#include "experiment/workload_warnings.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "profiles/stage_times.h"
#include "sim/afet.h"
#include "sim/simulated_setup.h"
#include "workloads/merged_networks.h"
#include "workloads/merging.h"

namespace daris {
namespace {

// Makes the parts of a scenario one after the other.
class ScenarioBuilder {
 public:
  ScenarioBuilder(const SettledConfig& config, const std::string& id, const ScenarioInputs& inputs,
                  CapacityCache& capacities)
      : inputs_(inputs), capacities_(capacities) {
    scenario_.config = config;
    scenario_.point.id = id;
    scenario_.point.config = std::make_shared<const Json>(config_to_json(config));
    scenario_.point.policy_sha256 = policy_file_sha256(config.policy);
  }

  Result<Scenario> build() &&;

 private:
  Status scale_tasks();
  Status grant_sms();
  Status build_gpu();
  [[nodiscard]] Status with_fuller_profile(const Status& status) const;
  [[nodiscard]] std::string fewer_contexts(const GpuModelRequest& request) const;
  void tell_policy();
  void describe();
  void warn_of_sources(const std::vector<Capacity>& capacities);
  [[nodiscard]] const ScheduleLog* schedule() const { return inputs_.workload.schedule.get(); }

  const ScenarioInputs& inputs_;
  CapacityCache& capacities_;
  MachineShape machine_;
  Scenario scenario_;
};

Result<Scenario> ScenarioBuilder::build() && {
  DARIS_TRY_ASSIGN(machine_, confined_machine(inputs_.profile->contents, scenario_.config));
  DARIS_TRY(with_fuller_profile(scale_tasks()));
  DARIS_TRY(grant_sms());
  DARIS_TRY(with_fuller_profile(build_gpu()));
  tell_policy();
  describe();
  return std::move(scenario_);
}

Status ScenarioBuilder::scale_tasks() {
  const SettledConfig& config = scenario_.config;
  DARIS_TRY_ASSIGN(const TaskSet set, task_set_of(inputs_.workload));
  DARIS_TRY_ASSIGN(const std::vector<Capacity> capacities,
                   capacities_of(config, set, inputs_, machine_, capacities_));
  DARIS_TRY_ASSIGN(ScaledWorkload scaled, scale_workload(set, config.scaling, jobs_per_s_of(capacities)));
  note_loads(scaled, config.scaling, scenario_.point);
  scenario_.workload = std::move(scaled.workload);
  warn_of_workload(config, scenario_.workload, inputs_.workload, scenario_.point.warnings);
  warn_of_sources(capacities);
  return {};
}

void ScenarioBuilder::warn_of_sources(const std::vector<Capacity>& capacities) {
  std::vector<std::string>& warnings = scenario_.point.warnings;
  const std::string& gpu = inputs_.profile->contents.gpu.name;
  const std::string& fitted_on = inputs_.contention->contents.gpu;
  if (fitted_on != gpu && fitted_on != "any") {  // as that of no-contention, which is fitted on none
    warnings.push_back("the contention model was fitted on another GPU (" + fitted_on +
                       ") than the profile's (" + gpu + ")");
  }
  const ContextList* const list = scenario_.config.list.get();
  const std::optional<BackendContention>& fitted = inputs_.contention->contents.of(scenario_.config.backend);
  const bool knows_urgent = fitted && fitted->priority.value > 1;
  if (list != nullptr && !knows_urgent &&
      std::any_of(list->rows.begin(), list->rows.end(), [](const ContextRow& row) { return row.urgent; }))
    warnings.push_back(list->name + ": the simulator does not know \"urgent\", and leaves it out");
  std::string simulated;
  const std::vector<TaskGroup>& groups = scenario_.workload.set.groups;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (!capacities[g + groups[g].left_out_before].simulated) continue;
    simulated += (simulated.empty() ? "" : ", ") + groups[g].name;
  }
  if (simulated.empty()) return;
  warnings.push_back(fmt::format(
      "load is counted against a closed loop of the contention model, not a measured one, for {}: "
      "the profile has no saturation rate on {} SMs with backend {}",
      simulated, machine_.sms, to_text(scenario_.config.backend)));
}

Status ScenarioBuilder::grant_sms() {
  DARIS_TRY_ASSIGN(scenario_.grants, contexts_of(machine_, scenario_.config));
  for (const ContextGrant& grant : scenario_.grants) scenario_.point.granted_sms.push_back(grant.granted_sms);
  return {};
}

Status ScenarioBuilder::build_gpu() {
  const SettledConfig& config = scenario_.config;
  GpuModelRequest request = gpu_request(config, inputs_, machine_, scenario_.grants, scenario_.workload);
  Merging merging;
  if (find_policy(config.policy)->merges) {
    DARIS_TRY_ASSIGN(merging, merge_tasks(scenario_.workload, config.batch_limit));
    request.merging = &merging;
  }
  Result<BuiltGpuModel> built = build_gpu_model(request);
  if (!built.ok())
    return built.error()
        .in(fmt::format("profile \"{}\"", inputs_.profile->name))
        .with(fewer_contexts(request));
  scenario_.gpu = std::move(built.value().gpu);
  scenario_.latencies = host_latencies(inputs_.profile->contents, config.backend);
  scenario_.point.stage_times_interpolated = built.value().interpolated;
  scenario_.point.stage_times = std::uint64_t{scenario_.gpu.classes()} * config.contexts;
  return {};
}

// Names a profile that would do, if this one lacks a network.
Status ScenarioBuilder::with_fuller_profile(const Status& status) const {
  const std::string& name = inputs_.fuller_profile;
  if (status.ok() || name.empty()) return status;
  return status.error().with(
      fmt::format("; the bundled profile {} has all networks of this run (--profile {})", name, name));
}

// Fewer contexts have more SMs each. Says how many the profile has times for; empty if that is no remedy.
std::string ScenarioBuilder::fewer_contexts(const GpuModelRequest& request) const {
  const SettledConfig& config = scenario_.config;
  const bool is_cut = config.backend != Backend::kStreams && config.list == nullptr;
  if (!is_cut || find_policy(config.policy)->single_slot) return {};
  for (std::uint32_t contexts = config.contexts - 1; contexts >= 1; --contexts) {
    GpuModelRequest fewer = request;
    fewer.shape.contexts = contexts;
    fewer.shape.oversubscription_milli = std::min(config.oversubscription_milli, 1000 * contexts);
    const Result<std::vector<ContextGrant>> grants = make_partition(machine_, fewer.shape);
    if (!grants.ok()) continue;
    fewer.grants = grants.value();
    if (build_gpu_model(fewer).ok()) return fmt::format("; it has those for --contexts {}", contexts);
  }
  return {};
}

void ScenarioBuilder::tell_policy() {
  scenario_.setup = make_simulated_setup(scenario_.gpu, scenario_.workload,
                                         average_full_load_times(scenario_.gpu, scenario_.latencies),
                                         scenario_.latencies, scenario_.config.switches,
                                         batch_limit_of(scenario_.config, schedule()).value_or(0));
  scenario_.setup.context_levels = scenario_.gpu.context_levels;
  scenario_.setup.schedule = schedule_of(schedule());
  if (schedule() != nullptr) scenario_.recorded = schedule()->recorded;
  scenario_.injection = inputs_.workload.disturbances_before(Time() + scenario_.config.duration);
}

void ScenarioBuilder::describe() {
  const SettledConfig& config = scenario_.config;
  scenario_.description =
      describe_run(scenario_.workload, scenario_.setup, Time() + config.warmup, Time() + config.duration);
}

struct Network {
  std::string_view name;
  Precision precision = Precision::kTf32;
  std::uint32_t batch = 1;
};

// What the profile must have times of, at least.
std::vector<Network> networks_of(const SettledConfig& config, const TaskSet& set) {
  std::vector<Network> networks;
  const bool merges = find_policy(config.policy)->merges;
  for (const TaskGroup& group : set.groups) {
    networks.push_back({group.model, group.precision, group.batch});
    const std::uint32_t members = merge_sizes().front();
    const ModelInfo* const merged = merges ? find_merged_network(group.model, members) : nullptr;
    if (merged != nullptr) networks.push_back({merged->name, group.precision, members});
  }
  return networks;
}

Result<std::string> fuller_profile(Inputs& known, const SettledConfig& config, const ScenarioInputs& inputs) {
  const std::vector<Network> networks = networks_of(config, inputs.workload.task_set->contents);
  const auto has_all = [&](const Profile& profile) {
    return std::all_of(networks.begin(), networks.end(), [&](const Network& network) {
      return has_times(profile, network.name, network.precision, network.batch);
    });
  };
  if (has_all(inputs.profile->contents)) return std::string();
  DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> fuller, known.bundled_profile(has_all));
  return fuller == nullptr ? std::string() : fuller->name;
}

// By context; empty if none is.
std::vector<bool> urgent_contexts_of(const SettledConfig& config) {
  std::vector<bool> urgent;
  if (config.list == nullptr) return urgent;
  for (const std::size_t row : config.list->row_of_context()) urgent.push_back(config.list->rows[row].urgent);
  const bool any = std::any_of(urgent.begin(), urgent.end(), [](bool one) { return one; });
  return any ? urgent : std::vector<bool>();
}

}  // namespace

Result<ScenarioInputs> read_scenario_inputs(Inputs& known, SettledConfig& config) {
  ScenarioInputs inputs;
  DARIS_TRY_ASSIGN(inputs.workload, known.workload(config));
  // A simulated run is repeated with the same profile and contention model.
  const ScheduleLog* const log = inputs.workload.schedule.get();
  if (log != nullptr && config.profile.empty()) {
    config.profile = log->profile;
    if (config.model.empty()) config.model = log->contention_model;
  }
  DARIS_TRY_ASSIGN(inputs.profile, known.profile(config.profile));
  config.profile = inputs.profile->name;
  if (config.sms == inputs.profile->contents.gpu.sms) config.sms.reset();
  DARIS_TRY_ASSIGN(inputs.contention, known.contention(config.model, inputs.profile->contents.gpu.name));
  config.model = inputs.contention->name;
  DARIS_TRY_ASSIGN(inputs.power, known.power(config.power));
  DARIS_TRY_ASSIGN(inputs.fuller_profile, fuller_profile(known, config, inputs));
  return inputs;
}

Result<MachineShape> confined_machine(const Profile& profile, const SettledConfig& config) {
  const GpuDescription& gpu = profile.gpu;
  const bool green = config.backend == Backend::kGreen;
  if (green && gpu.group_sms == 0) {
    return Error{"backend green: profile \"" + profile.name +
                 "\" is of a GPU without green contexts; use mps or streams"};
  }
  Result<MachineShape> shape = confined(shape_of(gpu), config.backend, config.sms);
  if (!shape.ok()) return shape.error().with(" on " + gpu.name);
  return shape;
}

Result<std::vector<Capacity>> capacities_of(const SettledConfig& config, const TaskSet& set,
                                            const ScenarioInputs& inputs, const MachineShape& machine,
                                            CapacityCache& known) {
  if (config.capacities.empty()) {
    return group_capacities(set, inputs.profile->contents, inputs.contention->contents, machine,
                            config.backend, known);
  }
  if (config.capacities.size() != set.groups.size()) {
    return Error{fmt::format("task set \"{}\": has {} groups of tasks, but {} capacities are given", set.name,
                             set.groups.size(), config.capacities.size())};
  }
  std::vector<Capacity> capacities;
  for (const double jobs_per_s : config.capacities) capacities.push_back({jobs_per_s, false});
  return capacities;
}

Result<std::vector<ContextGrant>> contexts_of(const MachineShape& machine, const SettledConfig& config) {
  if (config.list == nullptr) return make_partition(machine, config.shape());
  DARIS_TRY_ASSIGN(std::vector<ContextGrant> grants,
                   make_listed_partition(machine, config.backend, *config.list));
  if (find_policy(config.policy)->isolated)
    DARIS_TRY(check_isolated(machine, config.backend, *config.list, grants));
  return grants;
}

std::vector<std::vector<std::uint32_t>> context_levels_of(const SettledConfig& config, const TaskSet& set) {
  if (config.list == nullptr) return {};
  return config.list->context_levels(levels_of(set));
}

GpuModelRequest gpu_request(const SettledConfig& config, const ScenarioInputs& inputs,
                            const MachineShape& machine, std::vector<ContextGrant> grants,
                            const Workload& workload) {
  GpuModelRequest request;
  request.profile = &inputs.profile->contents;
  request.workload = &workload;
  request.contention = &inputs.contention->contents;
  request.machine = machine;
  request.shape = config.shape();
  request.grants = std::move(grants);
  request.context_levels = context_levels_of(config, workload.set);
  request.urgent_contexts = urgent_contexts_of(config);
  request.staged = !find_policy(config.policy)->whole_models && config.switches.staging;
  request.choose_algorithms = true;
  request.batch_classes = forms_batches(config, inputs.workload.schedule.get());
  return request;
}

Result<Scenario> make_scenario(const SettledConfig& config, const std::string& id,
                               const ScenarioInputs& inputs, CapacityCache& capacities) {
  return ScenarioBuilder(config, id, inputs, capacities).build();
}

}  // namespace daris
