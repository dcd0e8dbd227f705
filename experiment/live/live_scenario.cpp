#include "experiment/live/live_scenario.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drive/full_load_times.h"
#include "experiment/config_json.h"
#include "experiment/live/live_saturation.h"
#include "experiment/scaled_workload.h"
#include "policy/registry.h"
#include "workloads/model_catalog.h"
#include "workloads/packaged_model.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

bool runs_staged(const RunConfig& config) {
  return !find_policy(config.policy)->whole_models && config.switches.staging;
}

// `workload` may be null. `batch_limit`: B where batches are formed.
LiveWork work_of(const RunConfig& config, const Workload* workload,
                 std::optional<std::uint32_t> batch_limit) {
  LiveWork work;
  work.workload = workload;
  work.contexts = config.contexts;
  work.streams = config.streams;
  work.oversubscription_milli = *config.oversubscription_milli;
  work.sms = config.sms;
  work.staged = runs_staged(config);
  work.copies = config.copies;
  if (workload != nullptr && batch_limit) work.batches = batch_sizes(*workload, *batch_limit);
  work.seed = config.seed;
  return work;
}

// As many as the executor will run.
std::size_t stages_of(const RunConfig& config, const TaskGroup& group) {
  return runs_staged(config) ? find_model(group.model).value()->default_stages.size() : 1;
}

// Any estimates serve to see whether a policy takes the setup.
PolicySetup trial_setup(const RunConfig& config, const Workload& workload, const ScheduleLog* schedule) {
  const Duration some = Duration::from_ns(1'000'000);
  BatchGroupTimes batches;
  for (const Task& task : workload.tasks) batches.group_of_task.push_back(task.weights_id);
  const std::uint32_t groups =
      *std::max_element(batches.group_of_task.begin(), batches.group_of_task.end()) + 1;
  const std::uint32_t limit = batch_limit_of(config, schedule).value_or(1);
  batches.group_times.assign(groups, {});
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    std::vector<BatchTime>& times = batches.group_times[batches.group_of_task[task]];
    const std::uint32_t largest = std::max(limit, workload.group_of(TaskId(task)).batch);
    if (!times.empty() && times.back().inputs >= largest) continue;
    times.clear();
    for (const std::uint32_t size : measured_batches(1, largest)) times.push_back({size, some});
  }
  std::vector<std::vector<Duration>> estimates;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task)
    estimates.emplace_back(stages_of(config, workload.group_of(TaskId(task))), some);
  PolicySetup setup = make_policy_setup(workload, config.contexts, config.streams, std::move(estimates),
                                        std::move(batches), config.switches, limit);
  setup.schedule = schedule_of(schedule);
  return setup;
}

class Maker {
 public:
  Maker(const RunConfig& config, const LiveMeans& means) : means_(means) {
    scenario_.config = config;
    scenario_.staged = runs_staged(config);
    scenario_.clock = std::make_shared<MonotonicClock>(means.backend.idle_mode());
  }

  Result<LiveScenario> make(const std::string& id, const WorkloadInput& input) && {
    scenario_.point.id = id;
    scenario_.point.config = config_to_json(scenario_.config);
    if (const Status status = scale_tasks(input); !status.ok()) return status.error();
    if (const Status status = warm_up(input); !status.ok()) return status.error();
    const RunConfig& config = scenario_.config;
    scenario_.description =
        describe_run(scenario_.workload, scenario_.setup, Time() + config.warmup, Time() + config.duration);
    return std::move(scenario_);
  }

 private:
  [[nodiscard]] LiveMeasurements measurements() const {
    return measurements_of(scenario_, means_.backend, means_.stopped);
  }

  // What a group's load is counted against; 1 stands in where no load is asked for, so that nothing need be
  // measured.
  Result<std::vector<double>> capacities(const TaskSet& set) {
    if (!scenario_.config.scaling.load) return std::vector<double>(set.groups.size(), 1.0);
    return measurements().capacities(set, means_.known_capacities);
  }

  void take_tasks(const Scenario& modelled) {
    scenario_.workload = modelled.workload;
    scenario_.point.load_reached = modelled.point.load_reached;
    scenario_.point.group_loads = modelled.point.group_loads;
    scenario_.point.stage_times = modelled.point.stage_times;
    scenario_.point.stage_times_interpolated = modelled.point.stage_times_interpolated;
    scenario_.point.warnings = modelled.point.warnings;
  }

  Status scale_tasks(const WorkloadInput& input) {
    if (means_.modelled != nullptr) {
      take_tasks(*means_.modelled);
      return {};
    }
    const Result<TaskSet> set = task_set_of(input);
    if (!set.ok()) return set.error();
    const Scaling& scaling = scenario_.config.scaling;
    const Result<std::vector<double>> rates = capacities(set.value());
    if (!rates.ok()) return rates.error();
    Result<ScaledWorkload> scaled = scale_workload(set.value(), scaling, rates.value());
    if (!scaled.ok()) return scaled.error();
    scenario_.workload = std::move(scaled.value().workload);
    scenario_.point.group_loads = std::move(scaled.value().loads);
    if (scaling.load) {
      scenario_.point.load_reached = scaled.value().demand_load;
      if (const std::optional<std::string> off = load_warning(scaling, scaled.value().demand_load))
        scenario_.point.warnings.push_back(*off);
    } else {
      for (GroupLoad& load : scenario_.point.group_loads) load.saturation_jobs_per_s.reset();
    }
    return {};
  }

  // Of a profile, or of the loop that was measured here.
  Result<std::vector<std::vector<Duration>>> estimates(const ClosedLoopResult& loop) {
    if (means_.modelled == nullptr) return full_load_times(loop, work_classes(scenario_.workload));
    std::vector<std::vector<Duration>> estimates;
    for (const TaskSetup& task : means_.modelled->setup.tasks) {
      const std::uint32_t stages = scenario_.machine.stages[estimates.size()];
      if (task.stage_estimates.size() != stages) {
        return Error{"profile \"" + scenario_.config.profile + "\": a model has " +
                     std::to_string(task.stage_estimates.size()) + " stages there and " +
                     std::to_string(stages) + " here; measure one by `daris profile`"};
      }
      estimates.push_back(task.stage_estimates);
    }
    return estimates;
  }

  // By the profile where one is read, as the simulator does; else by times that are measured here.
  Result<LiveBatchLimit> choose_batch_limit_of(const WorkloadInput& input) {
    const ReleaseLog* const log = input.releases.get();
    if (means_.modelled != nullptr) {
      const Result<BatchLimitChoice> choice = choose_batch_limit(*means_.modelled, log);
      if (!choice.ok()) return choice.error();
      return LiveBatchLimit{choice.value(), std::nullopt};
    }
    Result<LiveBatchLimit> chosen =
        choose_live_batch_limit(scenario_.config, scenario_.workload, measurements(), log);
    if (chosen.ok()) means_.backend.forget_graphs();  // of all sizes that were measured, taken or not
    return chosen;
  }

  // B, where batches are formed.
  Result<std::optional<std::uint32_t>> settle_batch_limit(const WorkloadInput& input) {
    const RunConfig& config = scenario_.config;
    const ScheduleLog* const schedule = input.schedule.get();
    if (!forms_batches(config, schedule)) return std::optional<std::uint32_t>();
    if (!batch_limit_is_open(config, schedule))
      return std::optional<std::uint32_t>(batch_limit_of(config, schedule).value_or(1));
    auto known = means_.known_batch_limits.find(scenario_.point.id);
    if (known == means_.known_batch_limits.end()) {
      Result<LiveBatchLimit> chosen = choose_batch_limit_of(input);
      if (!chosen.ok()) return chosen.error();
      known = means_.known_batch_limits.emplace(scenario_.point.id, std::move(chosen).value()).first;
    }
    scenario_.batch_choice = known->second.text();
    if (known->second.cut_short) scenario_.point.warnings.push_back(*known->second.cut_short);
    return std::optional<std::uint32_t>(known->second.choice.limit);
  }

  // What else helps where the executor can't be set up.
  [[nodiscard]] std::string hint_of_chosen_limit(std::optional<std::uint32_t> limit) const {
    if (scenario_.batch_choice.empty() || limit.value_or(1) == 1) return "";
    return "; the largest batch was chosen as " + std::to_string(*limit) +
           ", and --batch-limit with a smaller one needs less memory";
  }

  Status warm_up(const WorkloadInput& input) {
    const RunConfig& config = scenario_.config;
    const ScheduleLog* const schedule = input.schedule.get();
    const Result<std::optional<std::uint32_t>> limit = settle_batch_limit(input);
    if (!limit.ok()) return limit.error();
    Result<LiveMachine> machine =
        means_.backend.make(work_of(config, &scenario_.workload, limit.value()), scenario_.clock);
    if (!machine.ok()) return Error{machine.error().message + hint_of_chosen_limit(limit.value())};
    scenario_.machine = std::move(machine).value();
    const auto granted = scenario_.machine.executor->granted_sms();
    scenario_.point.granted_sms.assign(granted.begin(), granted.end());
    const Result<ClosedLoopResult> loop = measurements().full_load(scenario_.workload, scenario_.machine);
    if (!loop.ok()) return loop.error();
    Result<std::vector<std::vector<Duration>>> alone =
        measurements().alone(scenario_.workload, scenario_.machine);
    if (!alone.ok()) return alone.error();
    scenario_.alone_times = std::move(alone).value();
    BatchGroupTimes batches;
    if (limit.value()) {
      Result<BatchGroupTimes> measured =
          measurements().batches(scenario_.workload, scenario_.machine, *limit.value());
      if (!measured.ok()) return measured.error();
      batches = std::move(measured).value();
    }
    Result<std::vector<std::vector<Duration>>> known = estimates(loop.value());
    if (!known.ok()) return known.error();
    scenario_.setup =
        make_policy_setup(scenario_.workload, config.contexts, config.streams, std::move(known).value(),
                          std::move(batches), config.switches, limit.value().value_or(1));
    scenario_.setup.schedule = schedule_of(schedule);
    if (schedule != nullptr) scenario_.recorded = schedule->recorded;
    for (const BatchGroupSetup& group : scenario_.setup.batch_groups) {
      scenario_.point.batch_limits.push_back(group.batch_limit);
    }
    return config.saturation ? saturate_before(measurements(), scenario_) : Status();
  }

  LiveMeans means_;
  LiveScenario scenario_;
};

}  // namespace

LiveMeasurements measurements_of(const LiveScenario& scenario, LiveBackend& backend,
                                 const std::function<bool()>& stopped) {
  return {backend, work_of(scenario.config, nullptr, std::nullopt), scenario.clock, stopped};
}

Result<LiveScenario> make_live_scenario(const RunConfig& config, const std::string& id,
                                        const WorkloadInput& input, const LiveMeans& means) {
  return Maker(config, means).make(id, input);
}

Status check_live_point(const RunConfig& config, const WorkloadInput& input, const LiveBackend& backend) {
  const Result<TaskSet> set = task_set_of(input);
  if (!set.ok()) return set.error();
  for (const TaskGroup& group : set.value().groups) {
    const Result<const ModelInfo*> model = find_model(group.model);
    if (!model.ok())
      return Error{"task set \"" + set.value().name + "\": task \"" + group.name +
                   "\": " + model.error().message};
    const PackagedModel* const packages = model.value()->packages;
    if (packages == nullptr || packages->on_gpu != (backend.kind() == Backend::kCpu)) continue;
    return Error{"task set \"" + set.value().name + "\": task \"" + group.name +
                 "\": model: the packages were compiled for " +
                 (packages->on_gpu ? "a GPU, which backend cpu is not" : "the CPU: --backend cpu runs them")};
  }
  Scaling as_written = config.scaling;
  as_written.load.reset();
  const Result<ScaledWorkload> scaled =
      scale_workload(set.value(), as_written, std::vector<double>(set.value().groups.size(), 1.0));
  if (!scaled.ok()) return scaled.error();
  const Result<std::unique_ptr<Policy>> made =
      make_policy(config.policy, trial_setup(config, scaled.value().workload, input.schedule.get()));
  if (!made.ok())
    return config.schedule.empty() ? made.error() : Error{config.schedule + ": " + made.error().message};
  return backend.check(work_of(config, nullptr, std::nullopt));
}

}  // namespace daris
