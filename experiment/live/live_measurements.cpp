#include "experiment/live/live_measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "drive/full_load_times.h"

namespace daris {
namespace {

constexpr std::uint32_t kBatchRounds = 20;

Duration whole_ns(double ns) {
  return Duration::from_ns(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns + 0.5)));
}

constexpr Duration kSaturationLeast = Duration::from_ns(500'000'000);

// Tasks of the group by themselves: one, or as many as there are slots if they have weights of their own.
Workload alone_workload(const TaskGroup& group, std::uint32_t slots) {
  TaskSet set;
  set.name = group.name;
  set.groups = {group};
  set.groups[0].count = group.weights == Weights::kOwn ? slots : 1;
  return make_workload(std::move(set));
}

std::string capacity_key(const LiveBackend& backend, const LiveWork& work, const TaskGroup& group) {
  return fmt::format("{} {} {} {} {} {} {} {}", to_text(backend.kind()), backend.pci_bus_id().value_or(""),
                     group.model, to_text(group.precision), group.batch,
                     group.weights == Weights::kOwn ? "own" : "shared", work.copies ? "copies" : "in place",
                     work.sms.value_or(0));
}

}  // namespace

std::vector<std::uint32_t> measured_batches(std::uint32_t job, std::uint32_t largest) {
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t size = 1; size < largest; size *= 2)
    if (size >= job) sizes.push_back(size);
  sizes.push_back(largest);
  return sizes;
}

std::vector<std::uint32_t> batch_sizes(const Workload& workload, std::uint32_t limit) {
  struct Jobs {
    std::uint32_t least;
    std::uint32_t largest;
  };
  std::map<std::uint32_t, Jobs> jobs;  // inputs, by weights
  for (const Task& task : workload.tasks) {
    const std::uint32_t inputs = workload.set.groups[task.group].batch;
    Jobs& of_weights = jobs.try_emplace(task.weights_id, Jobs{inputs, inputs}).first->second;
    of_weights = {std::min(of_weights.least, inputs), std::max(of_weights.largest, inputs)};
  }
  std::set<std::uint32_t> sizes;
  for (const auto& [weights, inputs] : jobs) {
    const std::vector<std::uint32_t> own = measured_batches(inputs.least, std::max(limit, inputs.largest));
    sizes.insert(own.begin(), own.end());
  }
  return {sizes.begin(), sizes.end()};
}

FullLoadRequest LiveMeasurements::request(const LiveWork& work, const Workload& workload,
                                          const LiveMachine& machine) const {
  FullLoadRequest request;
  request.workload = &workload;
  request.stages = machine.stages;
  request.contexts = work.contexts;
  request.streams = work.streams;
  if (work.list != nullptr) request.context_levels = work.list->context_levels(levels_of(workload.set));
  request.stopped = stopped_;
  request.core = backend_.scheduler_core();
  request.stage_limit = backend_.stage_limit();
  return request;
}

Result<ClosedLoopResult> LiveMeasurements::full_load(const Workload& workload, LiveMachine& machine) const {
  return measure_full_load(request(work_, workload, machine), *machine.executor, *clock_);
}

Result<std::vector<std::vector<Duration>>> LiveMeasurements::alone(const Workload& workload,
                                                                   LiveMachine& machine) const {
  const std::vector<std::uint32_t> classes = work_classes(workload);
  ClosedLoopResult times;
  times.stage_ns.resize(classes.size());
  for (std::uint32_t task = 0; task < classes.size(); ++task) {
    const auto first = std::find(classes.begin(), classes.end(), classes[task]) - classes.begin();
    if (first != task) continue;
    FullLoadRequest one = request(work_, workload, machine);
    one.work.tasks = {TaskId(task)};
    one.alone = true;
    DARIS_TRY_ASSIGN(const ClosedLoopResult loop, measure_full_load(one, *machine.executor, *clock_));
    times.stage_ns[task] = loop.stage_ns[task];
  }
  return full_load_times(times, classes);
}

Result<double> LiveMeasurements::saturation(const Workload& workload, LiveMachine& machine,
                                            std::vector<TaskId> tasks) const {
  FullLoadRequest one = request(work_, workload, machine);
  one.work.tasks = std::move(tasks);
  one.least = kSaturationLeast;
  DARIS_TRY_ASSIGN(const ClosedLoopResult loop, measure_full_load(one, *machine.executor, *clock_));
  return loop.jobs_per_s;
}

Result<double> LiveMeasurements::whole_model_saturation(const Workload& workload) const {
  LiveWork work = work_;
  work.workload = &workload;
  work.staged = false;
  DARIS_TRY_ASSIGN(LiveMachine machine, backend_.make(work, clock_));
  return saturation(workload, machine, {});
}

LiveWork LiveMeasurements::saturating_work() const {
  LiveWork work = work_;
  work.contexts = backend_.saturation_contexts(work.sms);
  work.streams = 1;
  work.list = nullptr;
  work.oversubscription_milli = std::min(kDefaultOversubscriptionMilli, 1000 * work.contexts);
  work.staged = true;
  return work;
}

Result<double> LiveMeasurements::capacity(const TaskGroup& group) const {
  LiveWork work = saturating_work();
  const Workload workload = alone_workload(group, work.contexts * work.streams);
  work.workload = &workload;
  DARIS_TRY_ASSIGN(LiveMachine machine, backend_.make(work, clock_));
  DARIS_TRY_ASSIGN(const ClosedLoopResult loop,
                   measure_full_load(request(work, workload, machine), *machine.executor, *clock_));
  return loop.jobs_per_s;
}

Result<std::vector<double>> LiveMeasurements::capacities(const TaskSet& set, KnownCapacities& known) const {
  std::vector<double> rates;
  for (const TaskGroup& group : set.groups) {
    const std::string key = capacity_key(backend_, work_, group);
    if (!known.contains(key)) {
      DARIS_TRY_ASSIGN(known[key], capacity(group));
    }
    rates.push_back(known[key]);
  }
  return rates;
}

Result<ClosedLoopResult> LiveMeasurements::launches(const LiveWork& work, const Workload& workload,
                                                    LiveMachine& machine, std::vector<TaskId> tasks,
                                                    std::optional<std::uint32_t> size) const {
  FullLoadRequest one = request(work, workload, machine);
  one.rounds = kBatchRounds;
  one.work.tasks = std::move(tasks);
  one.work.batch = size;
  one.early_inputs = work.early_inputs && one.work.tasks.size() == 1;
  return measure_full_load(one, *machine.executor, *clock_);
}

Result<LaunchTimes> LiveMeasurements::launch_times(const TaskSet& set) const {
  const Workload workload = make_workload(set);
  LiveWork work = work_;
  work.workload = &workload;
  Result<LiveMachine> machine = backend_.make(work, clock_);
  if (!machine.ok()) return LaunchTimes{{}, machine.error().message};
  LaunchTimes all;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    DARIS_TRY_ASSIGN(const ClosedLoopResult loop,
                     launches(work, workload, machine.value(), {TaskId(task)}, std::nullopt));
    all.times.push_back({whole_ns(loop.stage_ns[task].at(0)), whole_ns(kNsPerSecond / loop.jobs_per_s)});
  }
  return all;
}

Result<Duration> LiveMeasurements::batch_time(const Workload& workload, LiveMachine& machine, TaskId task,
                                              std::uint32_t size) const {
  DARIS_TRY_ASSIGN(const ClosedLoopResult loop, launches(work_, workload, machine, {task}, size));
  return whole_ns(loop.stage_ns[task.at()].at(0));
}

Result<BatchGroupTimes> LiveMeasurements::batches(const Workload& workload, LiveMachine& machine,
                                                  std::uint32_t limit) const {
  BatchGroupTimes plan;
  struct Jobs {
    TaskId smallest;
    std::uint32_t largest_inputs;
  };
  std::vector<Jobs> jobs;  // by weights
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const std::uint32_t weights = workload.tasks[task].weights_id;
    const std::uint32_t inputs = workload.group_of(TaskId(task)).batch;
    plan.group_of_task.push_back(weights);
    if (weights == jobs.size()) jobs.push_back({TaskId(task), inputs});
    if (inputs < workload.group_of(jobs[weights].smallest).batch) jobs[weights].smallest = TaskId(task);
    jobs[weights].largest_inputs = std::max(jobs[weights].largest_inputs, inputs);
  }
  std::map<std::tuple<std::string, Precision, std::uint32_t, std::uint32_t>, Duration> known;
  for (const auto& [task, largest_inputs] : jobs) {
    const TaskGroup& group = workload.group_of(task);
    std::vector<BatchTime>& times = plan.group_times.emplace_back();
    for (const std::uint32_t size : measured_batches(group.batch, std::max(limit, largest_inputs))) {
      const auto [time, fresh] = known.try_emplace({group.model, group.precision, group.batch, size});
      if (fresh) {
        DARIS_TRY_ASSIGN(time->second, batch_time(workload, machine, task, size));
      }
      times.push_back({size, time->second});
    }
  }
  return plan;
}

}  // namespace daris
