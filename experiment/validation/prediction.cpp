#include "experiment/validation/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <vector>

#include "drive/runtime_figures.h"
#include "experiment/config_json.h"
#include "experiment/log_follower.h"
#include "experiment/run_options.h"
#include "experiment/validation/same_inputs.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "profiles/profile.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

// Which capacity a group has that a priority mix left out makes no difference.
constexpr double kAnyCapacity = 1;

Status check_whole(const Json& point) {
  if (point.at("partial") == true) return Error{"the run was cut short"};
  for (const Json& warning : point.at("warnings")) {
    if (warning.get_ref<const std::string&>().find(" contexts were lost") != std::string::npos)
      return Error{"contexts were lost while it ran, at instants that the report does not have"};
  }
  return {};
}

// Reports of before have no gaps.
Status check_host(const Json& point) {
  const Json& runtime = point.at("results").at("runtime");
  if (!runtime.is_object() || !runtime.contains("host_gaps")) return {};
  const double share = runtime.at("host_gaps").at("share").get<double>();
  if (share <= kHostShareLimit) return {};
  return Error{fmt::format("the host took {:.0f}% of the time of the scheduler's thread", share * 100)};
}

// Files of a report lie beside it, if they are there.
void find_task_set(RunConfig& config, const LivePoint& live, const PredictionSettings& settings) {
  std::filesystem::path folder = settings.task_sets;
  if (folder.empty()) folder = std::filesystem::path(live.file).parent_path();
  std::error_code unknown;
  const std::filesystem::path beside = folder / config.task_set;
  if (std::filesystem::is_regular_file(beside, unknown)) config.task_set = beside.string();
}

Status choose_profile(RunConfig& config, const LivePoint& live, const PredictionSettings& settings,
                      Inputs& inputs) {
  config.profile = settings.profile;
  config.model = settings.model;
  config.power = settings.power;
  const std::string gpu = gpu_of(live);
  if (config.power.empty()) {
    DARIS_TRY_ASSIGN(config.power, inputs.power_of_gpu(gpu));
  }
  if (!config.profile.empty() || gpu.empty()) return {};
  DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> bundled, inputs.profile_of_gpu(gpu));
  if (bundled == nullptr)
    return Error{"no profile of " + gpu + " is bundled; --profile NAME predicts it by another GPU's"};
  config.profile = bundled->name;
  return {};
}

// Capacities of the groups of the task set, as the live run measured them.
Status take_capacities(RunConfig& config, const Json& loads, Inputs& inputs) {
  if (!config.scaling.load || !config.releases.empty()) return {};
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, inputs.task_set(config.task_set));
  std::size_t found = 0;
  for (const TaskGroup& group : set->contents.groups) {
    double capacity = kAnyCapacity;
    for (const Json& load : loads) {
      if (load.at("task") != group.name || !load.at("saturation_jobs_per_s").is_number()) continue;
      capacity = load.at("saturation_jobs_per_s").get<double>();
      ++found;
    }
    config.capacities.push_back(capacity);
  }
  if (found == loads.size() && found > 0) return {};
  return Error{fmt::format("task set \"{}\" has other tasks than the live run", config.task_set)};
}

// Policies that size their batches themselves have no limit to be told.
void take_batch_limit(RunConfig& config, const Json& limits) {
  const PolicyInfo* const policy = find_policy(config.policy);
  if (policy == nullptr || !policy->batches || policy->single_jobs || policy->sizes_batches || policy->merges)
    return;
  std::set<std::uint32_t> known;
  for (const Json& limit : limits) known.insert(limit.get<std::uint32_t>());
  if (known.size() == 1) config.batch_limit = *known.begin();
}

// Whether the profile has the network in sizes above `size`. Sizes of a network that it lacks are not missed
// here.
bool has_larger_batches(const Profile& profile, const TaskGroup& group, std::uint32_t size) {
  bool known = false;
  for (const ModelProfile& model : profile.models) {
    if (model.model != profiled_name(group.model) || model.precision != group.precision) continue;
    known = true;
    for (const BatchProfile& batch : model.batches) {
      if (batch.batch > size) return true;
    }
  }
  return !known;
}

// A profile of single images would predict that no batch is formed.
Status check_batches(const RunConfig& config, const Json& limits, Inputs& inputs) {
  const auto formed = std::any_of(limits.begin(), limits.end(),
                                  [](const Json& limit) { return limit.get<std::uint32_t>() > 1; });
  const PolicyInfo* const policy = find_policy(config.policy);
  if (!formed || policy == nullptr || policy->merges) return {};
  DARIS_TRY_ASSIGN(const std::shared_ptr<const TaskSetInput> set, inputs.task_set(config.task_set));
  DARIS_TRY_ASSIGN(const std::shared_ptr<const ProfileInput> profile, inputs.profile(config.profile));
  for (const TaskGroup& group : set->contents.groups) {
    if (!has_larger_batches(profile->contents, group, group.batch))
      return Error{fmt::format("profile {} has no batches of {} in {}, and the live run could form them",
                               profile->name, group.model, to_text(group.precision))};
  }
  return {};
}

}  // namespace

Result<RunConfig> prediction_of(const LivePoint& live, const PredictionSettings& settings, Inputs& inputs) {
  DARIS_TRY(check_whole(live.point));
  DARIS_TRY(check_host(live.point));
  RunConfig config;
  DARIS_TRY(apply_config_json(config, live.point.at("config"), "config"));
  DARIS_TRY(load_policy(config.policy));
  find_task_set(config, live, settings);
  DARIS_TRY(check_same_inputs(live, config, inputs));
  if (!live.log.empty()) {
    config.releases = live.log;
    config.scaling.load.reset();
    config.scaling.priority_mix.reset();
  }
  DARIS_TRY(choose_profile(config, live, settings, inputs));
  DARIS_TRY(take_capacities(config, live.point.at("loads"), inputs));
  DARIS_TRY(check_batches(config, live.point.at("batch_limits"), inputs));
  take_batch_limit(config, live.point.at("batch_limits"));
  return config;
}

Result<RunConfig> with_live_decisions(const LivePoint& live, RunConfig config) {
  if (live.log.empty()) return Error{"it is from a report, which has no decisions; name the log of its run"};
  config.policy = "scripted";
  config.schedule = live.log;
  config.releases.clear();
  config.batch_limit.reset();
  return LogFollower().follow(config);
}

}  // namespace daris
