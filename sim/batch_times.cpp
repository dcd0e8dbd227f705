#include "sim/batch_times.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "drive/full_load_times.h"
#include "sim/closed_loop.h"

namespace daris {
namespace {

// Each work class that runs is measured so often, at least.
constexpr std::uint32_t kLaunchesOfClassMin = 20;

// `stages` come without the host's part, and without the gaps before them.
BatchTime batch_time(const GpuModel& gpu, const GpuModel::BatchClass& size, std::vector<Duration> stages,
                     const HostLatencies& latencies) {
  BatchTime time{size.inputs, Duration()};
  for (std::uint32_t stage = 0; stage < stages.size(); ++stage) {
    const StageCost& cost = gpu.cost(size.work_class, StageIndex(stage), ContextId(0));
    stages[stage] += gpu.host_event + cost.host + latencies.launch + latencies.notice + cost.gap();
    time.execution += stages[stage];
  }
  if (stages.size() > 1) time.stages = std::move(stages);
  return time;
}

std::vector<Duration> times_alone(const GpuModel& gpu, std::uint32_t work_class) {
  std::vector<Duration> stages;
  for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
    const double alone_ns = gpu.cost(work_class, StageIndex(stage), ContextId(0)).alone_ns;
    stages.push_back(Duration::from_ns(static_cast<std::int64_t>(alone_ns + 0.5)));
  }
  return stages;
}

// Measures the batches of a GPU of several slots.
class FullLoad {
 public:
  FullLoad(const GpuModel& gpu, const HostLatencies& latencies)
      : gpu_(gpu),
        classes_(gpu.common_classes()),
        latencies_(latencies),
        group_times_(gpu.batch_classes.size()) {}

  std::vector<std::vector<BatchTime>> measure() && {
    std::set<std::uint32_t> sizes;
    for (const auto& group : gpu_.batch_classes) {
      for (const GpuModel::BatchClass& size : group) sizes.insert(size.inputs);
    }
    for (const std::uint32_t size : sizes) measure(size);
    return std::move(group_times_);
  }

 private:
  [[nodiscard]] bool runs(std::size_t task, std::uint32_t size) const {
    const auto& sizes = gpu_.batch_classes[gpu_.task_batch_group[task]];
    const auto is_size = [&](const GpuModel::BatchClass& known) { return known.inputs == size; };
    return gpu_.task_inputs[task] <= size && std::any_of(sizes.begin(), sizes.end(), is_size);
  }

  // As many rounds over `tasks` as the rarest class needs.
  [[nodiscard]] std::uint32_t rounds(const std::vector<TaskId>& tasks) const {
    std::vector<std::uint32_t> of_class(gpu_.classes(), 0);
    for (const TaskId task : tasks) ++of_class[classes_[task.at()]];
    std::uint32_t rarest = kLaunchesOfClassMin;
    for (const std::uint32_t count : of_class) {
      if (count > 0) rarest = std::min(rarest, count);
    }
    return (kLaunchesOfClassMin + rarest - 1) / rarest;
  }

  void measure(std::uint32_t size) {
    ClosedLoopSetup loop;
    loop.gpu = &gpu_;
    loop.latencies = latencies_;
    loop.work.batch = size;
    for (std::uint32_t task = 0; task < gpu_.task_class.size(); ++task) {
      if (runs(task, size)) loop.work.tasks.emplace_back(task);
    }
    if (loop.work.tasks.empty()) return;
    loop.rounds = rounds(loop.work.tasks);
    std::vector<std::vector<Duration>> times = full_load_times(run_closed_loop(loop), classes_);
    for (const TaskId task : loop.work.tasks) {
      std::vector<BatchTime>& of_group = group_times_[gpu_.task_batch_group[task.at()]];
      if (!of_group.empty() && of_group.back().inputs == size) continue;
      const GpuModel::BatchClass of_size{size, gpu_.class_of(task, size)};
      of_group.push_back(batch_time(gpu_, of_size, std::move(times[task.at()]), latencies_));
    }
  }

  const GpuModel& gpu_;
  const std::vector<std::uint32_t> classes_;  // by task
  const HostLatencies& latencies_;
  std::vector<std::vector<BatchTime>> group_times_;
};

}  // namespace

BatchGroupTimes simulated_batch_times(const GpuModel& gpu, const HostLatencies& latencies) {
  BatchGroupTimes batches;
  batches.group_of_task = gpu.task_batch_group;
  if (gpu.contexts * gpu.streams > 1) {
    batches.group_times = FullLoad(gpu, latencies).measure();
    return batches;
  }
  for (const auto& classes : gpu.batch_classes) {
    std::vector<BatchTime>& times = batches.group_times.emplace_back();
    for (const GpuModel::BatchClass& size : classes)
      times.push_back(batch_time(gpu, size, times_alone(gpu, size.work_class), latencies));
  }
  return batches;
}

}  // namespace daris
