#include "cli/live_measurements.h"

#include <algorithm>
#include <utility>

namespace daris {
namespace {

constexpr std::uint32_t kBatchRounds = 20;

// Tasks of the group by themselves: one, or where they have weights of their own as many as there are slots.
Workload alone(const TaskGroup& group, std::uint32_t slots) {
  TaskSet set;
  set.name = group.name;
  set.groups = {group};
  set.groups[0].count = group.weights == Weights::kOwn ? slots : 1;
  return make_workload(std::move(set));
}

bool same_jobs(const TaskGroup& a, const TaskGroup& b) {
  return a.model == b.model && a.precision == b.precision && a.batch == b.batch && a.weights == b.weights;
}

}  // namespace

std::vector<std::uint32_t> measured_batches(std::uint32_t largest) {
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t size = 1; size < largest; size *= 2) sizes.push_back(size);
  sizes.push_back(largest);
  return sizes;
}

std::vector<std::uint32_t> batch_sizes(const Workload& workload, std::uint32_t limit) {
  std::vector<std::uint32_t> sizes;
  for (const TaskGroup& group : workload.set.groups) {
    const std::vector<std::uint32_t> of_group = measured_batches(std::max(limit, group.batch));
    sizes.insert(sizes.end(), of_group.begin(), of_group.end());
  }
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

FullLoadRequest LiveMeasurements::request(const LiveWork& work, const Workload& workload,
                                          const LiveMachine& machine) const {
  FullLoadRequest request;
  request.workload = &workload;
  request.stages = machine.stages;
  request.contexts = work.contexts;
  request.streams = work.streams;
  request.stopped = stopped_;
  request.core = backend_.scheduler_core();
  request.stage_limit = backend_.stage_limit();
  return request;
}

Result<ClosedLoopResult> LiveMeasurements::full_load(const Workload& workload, LiveMachine& machine) const {
  return measure_full_load(request(work_, workload, machine), *machine.executor, *clock_);
}

LiveWork LiveMeasurements::saturating_work() const {
  LiveWork work = work_;
  work.contexts = backend_.saturation_contexts();
  work.streams = 1;
  work.oversubscription_milli = std::min(2000U, 1000 * work.contexts);
  work.staged = true;
  return work;
}

Result<std::vector<double>> LiveMeasurements::capacities(const TaskSet& set) const {
  std::vector<double> rates;
  for (const TaskGroup& group : set.groups) {
    const auto known =
        std::find_if(set.groups.begin(), set.groups.end(), [&](auto& one) { return same_jobs(one, group); });
    const auto index = static_cast<std::size_t>(known - set.groups.begin());
    if (index < rates.size()) {
      rates.push_back(rates[index]);
      continue;
    }
    LiveWork work = saturating_work();
    const Workload workload = alone(group, work.contexts * work.streams);
    work.workload = &workload;
    Result<LiveMachine> machine = backend_.make(work, clock_);
    if (!machine.ok()) return machine.error();
    const Result<ClosedLoopResult> loop =
        measure_full_load(request(work, workload, machine.value()), *machine.value().executor, *clock_);
    if (!loop.ok()) return loop.error();
    rates.push_back(loop.value().jobs_per_s);
  }
  return rates;
}

Result<BatchPlan> LiveMeasurements::batches(const Workload& workload, LiveMachine& machine, std::uint32_t limit) const {
  BatchPlan plan;
  std::vector<TaskId> first_task;  // by weights
  std::vector<std::uint32_t> largest_job;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const std::uint32_t weights = workload.tasks[task].weights_id;
    const std::uint32_t inputs = workload.group_of(TaskId(task)).batch;
    plan.group_of_task.push_back(weights);
    if (weights == first_task.size()) {
      first_task.push_back(TaskId(task));
      largest_job.push_back(inputs);
    }
    largest_job[weights] = std::max(largest_job[weights], inputs);
  }
  for (std::size_t weights = 0; weights < first_task.size(); ++weights) {
    std::vector<BatchTime>& times = plan.group_times.emplace_back();
    for (const std::uint32_t size : measured_batches(std::max(limit, largest_job[weights]))) {
      FullLoadRequest one = request(work_, workload, machine);
      one.rounds = kBatchRounds;
      one.slot_task = {first_task[weights]};
      one.batch = size;
      const Result<ClosedLoopResult> loop = measure_full_load(one, *machine.executor, *clock_);
      if (!loop.ok()) return loop.error();
      const double ns = loop.value().stage_ns[first_task[weights].at()].at(0);
      times.push_back({size, Duration::from_ns(std::max<std::int64_t>(1, static_cast<std::int64_t>(ns + 0.5)))});
    }
  }
  return plan;
}

}  // namespace daris
