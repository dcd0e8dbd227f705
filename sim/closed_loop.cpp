#include "sim/closed_loop.h"

#include <algorithm>

#include "sim/closed_loop_policy.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {
namespace {

constexpr std::uint32_t kWarmJobsPerSlot = 2;
constexpr std::uint32_t kMeasuredJobsPerSlotMin = 8;
// Later than any end of a closed loop; the jobs have no deadlines.
constexpr std::int64_t kNoDeadlineNs = std::int64_t{1} << 50;

// The tasks as the engine must know them: how many stages, how long about.
PolicySetup policy_setup_of(const GpuModel& gpu) {
  PolicySetup setup;
  setup.contexts = gpu.contexts;
  setup.streams = gpu.streams;
  for (std::size_t task = 0; task < gpu.task_class.size(); ++task) {
    const std::uint32_t work_class = gpu.task_class[task];
    TaskSetup row;
    row.relative_deadline = Duration::from_ns(kNoDeadlineNs);
    row.inputs = gpu.task_inputs[task];
    for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
      const double alone_ns = gpu.cost(work_class, StageIndex(stage), ContextId(0)).alone_ns;
      row.stage_estimates.push_back(Duration::from_ns(static_cast<std::int64_t>(alone_ns + 0.5)));
    }
    setup.tasks.push_back(std::move(row));
  }
  return setup;
}

// Every job there will be, released at once: the closed loop itself decides when each starts. `jobs` of each task where
// slots are tied to tasks, else in turn.
ReleaseList releases_of(const ClosedLoopSetup& setup, std::uint32_t jobs) {
  const auto tasks = static_cast<std::uint32_t>(setup.gpu->task_class.size());
  const std::uint32_t ordinals = setup.slot_task.empty() ? (jobs + tasks - 1) / tasks : jobs;
  ReleaseList releases;
  releases.reserve(std::size_t{ordinals} * tasks);
  for (std::uint32_t ordinal = 0; ordinal < ordinals; ++ordinal) {
    for (std::uint32_t task = 0; task < tasks; ++task) releases.push_back({Time(), JobId{ordinal, TaskId(task)}});
  }
  return releases;
}

}  // namespace

ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup) {
  const GpuModel& gpu = *setup.gpu;
  const PolicySetup policy_setup = policy_setup_of(gpu);
  const std::uint32_t slots = gpu.contexts * gpu.streams;
  const auto tasks = static_cast<std::uint32_t>(gpu.task_class.size());
  const std::uint32_t warm = kWarmJobsPerSlot * slots;
  const std::uint32_t measured = std::max(setup.rounds * tasks, kMeasuredJobsPerSlotMin * slots);
  const ReleaseList releases = releases_of(setup, warm + measured + slots);
  ClosedLoopPolicy policy(setup, policy_setup, warm, measured);
  // The run ends where nothing is left to happen, long before the end of its window.
  SimulationSetup simulation;
  simulation.gpu = &gpu;
  simulation.policy_setup = &policy_setup;
  simulation.releases = releases;
  simulation.latencies = setup.latencies;
  simulation.measured_end = Time::from_ns(kNoDeadlineNs);
  simulate(simulation, policy, {});
  return policy.result();
}

}  // namespace daris
