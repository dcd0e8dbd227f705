#include "experiment/live/live_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json.h"
#include "drive/full_load_times.h"
#include "experiment/config_json.h"
#include "experiment/live/live_batch_times.h"
#include "experiment/live/live_saturation.h"
#include "experiment/point_releases.h"
#include "experiment/scaled_workload.h"
#include "experiment/workload_warnings.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "workloads/merging.h"
#include "workloads/model_catalog.h"
#include "workloads/packaged_model.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

bool runs_staged(const SettledConfig& config) {
  return !find_policy(config.policy)->whole_models && config.switches.staging;
}

// `workload` may be null. `batch_limit` is B if batches are formed.
LiveWork work_of(const SettledConfig& config, const Workload* workload,
                 std::optional<std::uint32_t> batch_limit) {
  LiveWork work;
  work.workload = workload;
  work.contexts = config.contexts;
  work.streams = config.streams;
  work.oversubscription_milli = config.oversubscription_milli;
  work.list = config.list;
  work.sms = config.sms;
  work.staged = runs_staged(config);
  work.copies = config.copies;
  work.early_inputs = config.copies && find_policy(config.policy)->batches;
  if (workload != nullptr && batch_limit) work.batches = batch_sizes(*workload, *batch_limit);
  work.seed = config.seed;
  return work;
}

// The tasks' merged networks; null if the policy merges none.
Result<std::shared_ptr<const Merging>> merging_of(const SettledConfig& config, const Workload& workload) {
  if (!find_policy(config.policy)->merges) return std::shared_ptr<const Merging>();
  DARIS_TRY_ASSIGN(Merging merging, merge_tasks(workload, config.batch_limit));
  return std::make_shared<const Merging>(std::move(merging));
}

// The number of stages in which the executor will run the group's model.
std::size_t stages_of(const SettledConfig& config, const TaskGroup& group) {
  return runs_staged(config) ? find_model(group.model).value()->default_stages.size() : 1;
}

// The next size below `limit` that still holds every job; nullopt if there is none.
std::optional<std::uint32_t> smaller_batch_limit(const TaskSet& set, std::uint32_t limit) {
  std::uint32_t largest_job = 1;
  for (const TaskGroup& group : set.groups) largest_job = std::max(largest_job, group.batch);
  if (limit <= largest_job) return std::nullopt;
  return std::max(std::bit_floor(limit - 1), largest_job);
}

BatchTime some_batch_time(std::uint32_t size, std::size_t stages) {
  BatchTime time{size, Duration()};
  if (stages > 1) time.stages.assign(stages, kGuessedStage);
  for (std::size_t stage = 0; stage < stages; ++stage) time.execution += kGuessedStage;
  return time;
}

BatchGroupTimes some_merged_times(const Merging& merging) {
  BatchGroupTimes batches{merging.group_of_task, {}};
  for (const MergeGroup& group : merging.groups)
    batches.group_times.push_back({some_batch_time(group.network->members, 1)});
  return batches;
}

BatchGroupTimes some_batch_times(const SettledConfig& config, const Workload& workload, std::uint32_t limit) {
  BatchGroupTimes batches;
  for (const Task& task : workload.tasks) batches.group_of_task.push_back(task.weights_id);
  const std::uint32_t groups =
      *std::max_element(batches.group_of_task.begin(), batches.group_of_task.end()) + 1;
  batches.group_times.assign(groups, {});
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    std::vector<BatchTime>& times = batches.group_times[batches.group_of_task[task]];
    const std::uint32_t largest = std::max(limit, group.batch);
    if (!times.empty() && times.back().inputs >= largest) continue;
    times.clear();
    for (const std::uint32_t size : measured_batches(1, largest))
      times.push_back(some_batch_time(size, stages_of(config, group)));
  }
  return batches;
}

// A setup with guessed estimates, which serve to see if a policy takes it. `merging` may be null.
PolicySetup trial_setup(const SettledConfig& config, const Workload& workload, const ScheduleLog* schedule,
                        const Merging* merging) {
  const std::uint32_t limit = batch_limit_of(config, schedule).value_or(1);
  BatchGroupTimes batches =
      merging != nullptr ? some_merged_times(*merging) : some_batch_times(config, workload, limit);
  std::vector<std::vector<Duration>> estimates;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task)
    estimates.emplace_back(stages_of(config, workload.group_of(TaskId(task))), kGuessedStage);
  PolicySetup setup = make_policy_setup(workload, config.contexts, config.streams, std::move(estimates),
                                        std::move(batches), config.switches, limit);
  setup.context_levels = context_levels_of(config, workload.set);
  setup.schedule = schedule_of(schedule);
  return setup;
}

// Checks that the model is known, and that its packages are for the backend's hardware.
Status check_model(const TaskGroup& group, const LiveBackend& backend) {
  DARIS_TRY_ASSIGN(const ModelInfo* const model, find_model(group.model));
  const PackagedModel* const packages = model->packages;
  if (packages == nullptr || packages->on_gpu != (backend.kind() == Backend::kCpu)) return {};
  return Error{
      fmt::format("model: the packages were compiled for {}",
                  packages->on_gpu ? "a GPU, which backend cpu is not" : "the CPU: --backend cpu runs them")};
}

// Checks that this world can do what disturbs the run. An executor keeps a lost context lost.
Status check_live_injection(const SettledConfig& config, const Injection& injection) {
  if (!injection.slowdowns.empty()) {
    return Error{
        fmt::format("{}: backend {} can't make stages take longer; slowdowns are simulated by `daris sim`",
                    injection.name, to_text(config.backend))};
  }
  if (injection.losses.empty() || config.replications == 1) return {};
  return Error{fmt::format("{}: backend {} keeps a lost context lost: one replication is possible, not {}",
                           injection.name, to_text(config.backend), config.replications)};
}

// Makes the parts of a scenario one after the other.
class LiveScenarioBuilder {
 public:
  LiveScenarioBuilder(const SettledConfig& config, const LiveMeans& means) : means_(means) {
    scenario_.config = config;
    scenario_.staged = runs_staged(config);
    scenario_.clock = std::make_shared<MonotonicClock>(means.backend.idle_mode());
  }

  Result<LiveScenario> build(const std::string& id, const WorkloadInput& input) && {
    scenario_.point.id = id;
    scenario_.point.config = std::make_shared<const Json>(config_to_json(scenario_.config));
    scenario_.point.policy_sha256 = policy_file_sha256(scenario_.config.policy);
    DARIS_TRY(scale_tasks(input));
    DARIS_TRY(check_releases_fit(scenario_.config, scenario_.workload, input.releases.get()));
    DARIS_TRY(warm_up(input));
    const SettledConfig& config = scenario_.config;
    scenario_.description =
        describe_run(scenario_.workload, scenario_.setup, Time() + config.warmup, Time() + config.duration);
    return std::move(scenario_);
  }

 private:
  [[nodiscard]] LiveMeasurements measurements() const {
    return measurements_of(scenario_, means_.backend, means_.stopped, means_.captured);
  }

  // The capacity against which each group's load is counted. It is 1 if no load is asked for, so that nothing
  // has to be measured.
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

  // No load was asked for, and so no capacity was measured.
  void forget_capacities() {
    scenario_.point.load_reached.reset();
    for (GroupLoad& load : scenario_.point.group_loads) load.saturation_jobs_per_s.reset();
  }

  Status scale_tasks(const WorkloadInput& input) {
    if (means_.modelled != nullptr) {
      take_tasks(*means_.modelled);
      return {};
    }
    DARIS_TRY_ASSIGN(const TaskSet set, task_set_of(input));
    const Scaling& scaling = scenario_.config.scaling;
    DARIS_TRY_ASSIGN(const std::vector<double> rates, capacities(set));
    DARIS_TRY_ASSIGN(ScaledWorkload scaled, scale_workload(set, scaling, rates));
    note_loads(scaled, scaling, scenario_.point);
    scenario_.workload = std::move(scaled.workload);
    warn_of_workload(scenario_.config, scenario_.workload, input, scenario_.point.warnings);
    if (!scaling.load) forget_capacities();
    return {};
  }

  // Estimates of the profile if there is one, else of the loop that was measured here.
  Result<std::vector<std::vector<Duration>>> estimates(const ClosedLoopResult& loop) {
    if (means_.modelled == nullptr) return full_load_times(loop, work_classes(scenario_.workload));
    std::vector<std::vector<Duration>> estimates;
    for (const TaskSetup& task : means_.modelled->setup.tasks) {
      const std::uint32_t stages = scenario_.machine.stages[estimates.size()];
      if (task.stage_estimates.size() != stages) {
        return Error{fmt::format(
            "profile \"{}\": a model has {} stages there and {} here; measure one by `daris profile`",
            scenario_.config.profile, task.stage_estimates.size(), stages)};
      }
      estimates.push_back(task.stage_estimates);
    }
    return estimates;
  }

  // Chooses by the profile if one is read, as the simulator does; else by times that are measured here.
  Result<LiveBatchLimit> choose_batch_limit_of(const WorkloadInput& input) {
    const ReleaseLog* const log = input.releases.get();
    if (means_.modelled != nullptr) {
      DARIS_TRY_ASSIGN(BatchLimitChoice choice, choose_batch_limit(batch_limit_model(*means_.modelled), log));
      return LiveBatchLimit{std::move(choice), std::nullopt};
    }
    Result<LiveBatchLimit> chosen =
        choose_live_batch_limit(scenario_.config, scenario_.workload, measurements(), log);
    if (chosen.ok()) means_.backend.forget_graphs();  // of all sizes that were measured, taken or not
    return chosen;
  }

  // The policy chooses the size of each batch by itself.
  [[nodiscard]] bool sizes_batches() const { return find_policy(scenario_.config.policy)->sizes_batches; }

  // B as given; else the largest size if the policy chooses sizes itself, or one job.
  [[nodiscard]] std::uint32_t given_batch_limit(const ScheduleLog* schedule) const {
    const std::uint32_t unless_given = sizes_batches() ? largest_useful_batch(scenario_.workload) : 1;
    return batch_limit_of(scenario_.config, schedule).value_or(unless_given);
  }

  // B; nullopt if no batches are formed.
  Result<std::optional<std::uint32_t>> settle_batch_limit(const WorkloadInput& input) {
    const SettledConfig& config = scenario_.config;
    const ScheduleLog* const schedule = input.schedule.get();
    if (!forms_batches(config, schedule)) return std::optional<std::uint32_t>();
    if (merging_ != nullptr) return std::optional<std::uint32_t>(merging_->groups.front().network->members);
    if (!batch_limit_is_open(config, schedule))
      return std::optional<std::uint32_t>(given_batch_limit(schedule));
    auto known = means_.known_batch_limits.find(scenario_.point.id);
    if (known == means_.known_batch_limits.end()) {
      DARIS_TRY_ASSIGN(LiveBatchLimit chosen, choose_batch_limit_of(input));
      known = means_.known_batch_limits.emplace(scenario_.point.id, std::move(chosen)).first;
    }
    scenario_.batch_choice = known->second.text();
    if (known->second.cut_short) scenario_.point.warnings.push_back(*known->second.cut_short);
    return std::optional<std::uint32_t>(known->second.choice.limit);
  }

  // Says what else helps if the executor can't be set up.
  [[nodiscard]] std::string hint_of_chosen_limit(std::optional<std::uint32_t> limit) const {
    if (scenario_.batch_choice.empty() || limit.value_or(1) == 1) return "";
    return fmt::format(
        "; the largest batch was chosen as {}, and --batch-limit with a smaller one needs less memory",
        *limit);
  }

  Status warm_up(const WorkloadInput& input) {
    DARIS_TRY_ASSIGN(merging_, merging_of(scenario_.config, scenario_.workload));
    DARIS_TRY_ASSIGN(std::optional<std::uint32_t> limit, settle_batch_limit(input));
    DARIS_TRY(limit && sizes_batches() ? set_up_what_fits(*limit) : set_up_machine(limit));
    DARIS_TRY_ASSIGN(const ClosedLoopResult loop,
                     measurements().full_load(scenario_.workload, scenario_.machine));
    DARIS_TRY_ASSIGN(scenario_.alone_times, measurements().alone(scenario_.workload, scenario_.machine));
    DARIS_TRY(tell_policy(loop, limit, input.schedule.get()));
    scenario_.injection = input.disturbances_before(Time() + scenario_.config.duration);
    if (const Injection* const injection = input.disturbances())
      misstate_estimates(*injection, scenario_.workload, scenario_.setup);
    return scenario_.config.saturation ? saturate_before(measurements(), scenario_) : Status();
  }

  // Leaves sizes out, the largest first, until the machine has room for the rest. The next replication begins
  // with what had room.
  Status set_up_what_fits(std::uint32_t& limit) {
    LiveBatchLimit& fits =
        means_.known_batch_limits.try_emplace(scenario_.point.id, LiveBatchLimit{{limit, {}}, std::nullopt})
            .first->second;
    limit = fits.choice.limit;
    for (Status status = set_up_machine(limit); !status.ok(); status = set_up_machine(limit)) {
      const std::optional<std::uint32_t> smaller = smaller_batch_limit(scenario_.workload.set, limit);
      if (!smaller || measurements().interrupted()) return status;
      limit = *smaller;
      fits = {{limit, {}},
              fmt::format("batches of more than {} inputs were left out, since there was no room for larger "
                          "ones ({})",
                          limit, status.error().message)};
      means_.backend.forget_graphs();
    }
    if (fits.cut_short) scenario_.point.warnings.push_back(*fits.cut_short);
    return {};
  }

  Status set_up_machine(std::optional<std::uint32_t> batch_limit) {
    LiveWork work = work_of(scenario_.config, &scenario_.workload, batch_limit);
    work.merging = merging_;
    if (merging_ != nullptr) work.batches.clear();
    work.watch = {means_.stopped, means_.captured};
    Result<LiveMachine> machine = means_.backend.make(work, scenario_.clock);
    if (!machine.ok()) return machine.error().with(hint_of_chosen_limit(batch_limit));
    scenario_.machine = std::move(machine).value();
    const auto granted = scenario_.machine.executor->granted_sms();
    scenario_.point.granted_sms.assign(granted.begin(), granted.end());
    return {};
  }

  // A policy that runs one batch of whole models at a time is told what each size takes alone.
  [[nodiscard]] Result<BatchGroupTimes> batch_times(std::uint32_t limit) {
    const LiveMeasurements measure = measurements();
    if (merging_ != nullptr)
      return full_load_batch_times(measure, scenario_.workload, scenario_.machine, limit,
                                   BatchSizesTold::kAll, merging_.get());
    if (!sizes_batches() && !scenario_.staged && measure.slots() == 1)
      return measure.batches(scenario_.workload, scenario_.machine, limit);
    return full_load_batch_times(measure, scenario_.workload, scenario_.machine, limit,
                                 sizes_batches() ? BatchSizesTold::kUseful : BatchSizesTold::kAll);
  }

  Status tell_policy(const ClosedLoopResult& loop, std::optional<std::uint32_t> batch_limit,
                     const ScheduleLog* schedule) {
    const SettledConfig& config = scenario_.config;
    BatchGroupTimes batches;
    if (batch_limit) {
      DARIS_TRY_ASSIGN(batches, batch_times(*batch_limit));
    }
    DARIS_TRY_ASSIGN(std::vector<std::vector<Duration>> known, estimates(loop));
    scenario_.setup = make_policy_setup(scenario_.workload, config.contexts, config.streams, std::move(known),
                                        std::move(batches), config.switches, batch_limit.value_or(1));
    scenario_.setup.context_levels = context_levels_of(config, scenario_.workload.set);
    scenario_.setup.schedule = schedule_of(schedule);
    if (schedule != nullptr) scenario_.recorded = schedule->recorded;
    for (const BatchGroupSetup& group : scenario_.setup.batch_groups)
      scenario_.point.batch_limits.push_back(group.batch_limit);
    return {};
  }

  LiveMeans means_;
  std::shared_ptr<const Merging> merging_;  // null if nothing is merged
  LiveScenario scenario_;
};

}  // namespace

LiveMeasurements measurements_of(const LiveScenario& scenario, LiveBackend& backend,
                                 const std::function<bool()>& stopped,
                                 const std::function<void(std::size_t captured, std::size_t all)>& captured) {
  LiveWork work = work_of(scenario.config, nullptr, std::nullopt);
  work.watch = {stopped, captured};
  return {backend, std::move(work), scenario.clock, stopped};
}

Result<LiveScenario> make_live_scenario(const SettledConfig& config, const std::string& id,
                                        const WorkloadInput& input, const LiveMeans& means) {
  Result<LiveScenario> made = LiveScenarioBuilder(config, means).build(id, input);
  if (made.ok()) return made;
  // check_live_point() took the input, so whatever is wrong now is wrong on this machine.
  return environment_error(made.error().message);
}

Status check_live_point(const SettledConfig& config, const WorkloadInput& input, const LiveBackend& backend) {
  if (const Injection* const injection = input.disturbances()) {
    DARIS_TRY(check_live_injection(config, *injection));
  }
  DARIS_TRY_ASSIGN(const TaskSet set, task_set_of(input));
  for (const TaskGroup& group : set.groups) {
    if (const Status status = check_model(group, backend); !status.ok())
      return status.error().in(fmt::format("task set \"{}\": task \"{}\"", set.name, group.name));
  }
  Scaling as_written = config.scaling;
  as_written.load.reset();
  DARIS_TRY_ASSIGN(const ScaledWorkload scaled,
                   scale_workload(set, as_written, std::vector<double>(set.groups.size(), 1.0)));
  DARIS_TRY_ASSIGN(const std::shared_ptr<const Merging> merging, merging_of(config, scaled.workload));
  const Result<std::unique_ptr<Policy>> made =
      make_policy(config.policy, trial_setup(config, scaled.workload, input.schedule.get(), merging.get()));
  if (!made.ok()) return config.schedule.empty() ? made.error() : made.error().in(config.schedule);
  LiveWork work = work_of(config, nullptr, std::nullopt);
  work.merging = merging;
  return backend.check(work);
}

}  // namespace daris
