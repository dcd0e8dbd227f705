#include "experiment/live/live_batch_times.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "drive/full_load_times.h"
#include "runtime/full_load.h"

namespace daris {
namespace {

// What is to be measured of one batch group.
struct Batches {
  std::uint32_t job_least = 0;  // inputs
  std::uint32_t job_largest = 0;
  Duration deadline;              // the longest of its tasks
  std::set<std::uint32_t> sizes;  // that are still to be measured, or have been
  std::vector<BatchTime> times;   // so far
};

std::vector<std::uint32_t> groups_of_tasks(const Workload& workload, const Merging* merging) {
  if (merging != nullptr) return merging->group_of_task;
  std::vector<std::uint32_t> groups;
  for (const Task& task : workload.tasks) groups.push_back(task.weights_id);
  return groups;
}

std::vector<Batches> batches_of(const Workload& workload, const std::vector<std::uint32_t>& group_of_task,
                                std::uint32_t limit, const Merging* merging) {
  std::vector<Batches> all;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    all.resize(std::max<std::size_t>(all.size(), group_of_task[task] + std::size_t{1}));
    Batches& batches = all[group_of_task[task]];
    batches.job_least = batches.job_least == 0 ? group.batch : std::min(batches.job_least, group.batch);
    batches.job_largest = std::max(batches.job_largest, group.batch);
    batches.deadline = std::max(batches.deadline, group.deadline);
  }
  for (std::size_t group = 0; group < all.size(); ++group) {
    Batches& batches = all[group];
    const std::vector<std::uint32_t> sizes =
        merging != nullptr ? std::vector{merging->groups[group].network->members}
                           : measured_batches(batches.job_least, std::max(limit, batches.job_largest));
    batches.sizes.insert(sizes.begin(), sizes.end());
  }
  return all;
}

// Means over the tasks of a loop.
struct LoopMeans {
  double execution_ns = 0;
  double stages = 0;
  double jobs_of_batch = 0;
};

LoopMeans means_of(const ClosedLoopResult& loop, const Workload& workload, const std::vector<TaskId>& turn,
                   std::uint32_t size) {
  LoopMeans means;
  const auto share = 1 / static_cast<double>(turn.size());
  for (const TaskId task : turn) {
    for (const double stage_ns : loop.stage_ns[task.at()]) means.execution_ns += share * stage_ns;
    means.stages += share * static_cast<double>(loop.stage_ns[task.at()].size());
    const std::uint32_t jobs = size / workload.group_of(task).batch;
    means.jobs_of_batch += share * jobs;
  }
  return means;
}

// The host's part of a stage in this loop.
Duration host_time(const ClosedLoopResult& loop, const LoopMeans& means, std::uint32_t slots) {
  const double period_ns = slots * means.jobs_of_batch * kNsPerSecond / loop.jobs_per_s;
  const double host_ns = std::max(0.0, period_ns - means.execution_ns) / means.stages;
  return Duration::from_ns(static_cast<std::int64_t>(host_ns + 0.5));
}

Duration median(std::vector<Duration> durations) {
  const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
  std::nth_element(durations.begin(), middle, durations.end());
  return *middle;
}

// `stages` come without the host's part.
BatchTime batch_time(std::uint32_t size, std::vector<Duration> stages) {
  BatchTime time{size, Duration()};
  for (const Duration stage : stages) time.execution += stage;
  if (stages.size() > 1) time.stages = std::move(stages);
  return time;
}

void add_host_time(BatchTime& time, Duration host) {
  const std::size_t stages = std::max<std::size_t>(1, time.stages.size());
  for (std::size_t stage = 0; stage < stages; ++stage) time.execution += host;
  for (Duration& stage : time.stages) stage += host;
}

class BatchTimes {
 public:
  BatchTimes(const LiveMeasurements& measurements, const Workload& workload, LiveMachine& machine,
             BatchSizesTold told, std::uint32_t limit, const Merging* merging)
      : measurements_(measurements),
        workload_(workload),
        machine_(machine),
        told_(told),
        group_of_task_(groups_of_tasks(workload, merging)),
        batches_(batches_of(workload, group_of_task_, limit, merging)) {}

  Result<BatchGroupTimes> measure() && {
    std::set<std::uint32_t> sizes;
    for (const Batches& batches : batches_) sizes.insert(batches.sizes.begin(), batches.sizes.end());
    for (const std::uint32_t size : sizes) DARIS_TRY(measure_size(size));
    BatchGroupTimes times;
    times.group_of_task = group_of_task_;
    const Duration host = median(std::move(host_times_));
    for (Batches& batches : batches_) {
      for (BatchTime& time : batches.times) add_host_time(time, host);
      times.group_times.push_back(std::move(batches.times));
    }
    return times;
  }

 private:
  [[nodiscard]] std::vector<TaskId> tasks_with(std::uint32_t size) const {
    std::vector<TaskId> tasks;
    for (std::uint32_t task = 0; task < workload_.tasks.size(); ++task) {
      const bool has_size = batches_[group_of_task_[task]].sizes.contains(size);
      if (has_size && workload_.group_of(TaskId(task)).batch <= size) tasks.emplace_back(task);
    }
    return tasks;
  }

  Status measure_size(std::uint32_t size) {
    const std::vector<TaskId> turn = tasks_with(size);
    if (turn.empty()) return {};
    DARIS_TRY_ASSIGN(const ClosedLoopResult loop, measurements_.batch_loop(workload_, machine_, turn, size));
    host_times_.push_back(host_time(loop, means_of(loop, workload_, turn, size), measurements_.slots()));
    std::vector<std::vector<Duration>> stages = full_load_times(loop, work_classes(workload_));
    for (const TaskId task : turn) {
      Batches& batches = batches_[group_of_task_[task.at()]];
      if (!batches.times.empty() && batches.times.back().inputs == size) continue;
      batches.times.push_back(batch_time(size, std::move(stages[task.at()])));
    }
    if (told_ == BatchSizesTold::kUseful) leave_out_useless(size);
    return {};
  }

  void leave_out_useless(std::uint32_t size) {
    for (Batches& batches : batches_) {
      if (batches.times.empty() || batches.times.back().inputs != size) continue;
      if (size < batches.job_largest || batches.times.back().execution <= batches.deadline) continue;
      batches.sizes.erase(batches.sizes.upper_bound(size), batches.sizes.end());
      if (size > batches.job_largest) batches.times.pop_back();
    }
  }

  const LiveMeasurements& measurements_;
  const Workload& workload_;
  LiveMachine& machine_;
  BatchSizesTold told_;
  std::vector<std::uint32_t> group_of_task_;
  std::vector<Batches> batches_;      // by group
  std::vector<Duration> host_times_;  // of a stage, by loop
};

}  // namespace

Result<BatchGroupTimes> full_load_batch_times(const LiveMeasurements& measurements, const Workload& workload,
                                              LiveMachine& machine, std::uint32_t limit, BatchSizesTold told,
                                              const Merging* merging) {
  return BatchTimes(measurements, workload, machine, told, limit, merging).measure();
}

}  // namespace daris
