#include "sim/closed_loop.h"

#include <utility>
#include <vector>

#include "sim/simulate.h"

namespace daris {
namespace {

// The tasks as the engine must know them: how many stages, and about how long these take.
PolicySetup policy_setup_of(const GpuModel& gpu) {
  std::vector<ClosedLoopTask> tasks;
  for (std::size_t task = 0; task < gpu.task_class.size(); ++task) {
    const std::uint32_t work_class = gpu.task_class[task];
    ClosedLoopTask& row = tasks.emplace_back();
    row.inputs = gpu.task_inputs[task];
    for (std::uint32_t stage = 0; stage < gpu.stages(work_class); ++stage) {
      const double alone_ns = gpu.cost(work_class, StageIndex(stage), ContextId(0)).alone_ns;
      row.stage_estimates.push_back(Duration::from_ns(static_cast<std::int64_t>(alone_ns + 0.5)));
    }
  }
  return closed_loop_setup(gpu.contexts, gpu.streams, std::move(tasks));
}

// The engine wants to know the size of each launch. Nobody reads its time.
BatchGroupSetup any_batch_of(std::uint32_t inputs) { return {inputs, {{inputs, Duration::from_ns(1)}}}; }

// The work, with each task in the contexts that its level may use.
ClosedLoopWork work_by_level(const GpuModel& gpu, ClosedLoopWork work) {
  if (gpu.context_levels.empty() || !work.turns.of_context.empty()) return work;
  std::vector<TaskId> tasks = work.tasks;
  for (std::uint32_t task = 0; work.tasks.empty() && task < gpu.task_class.size(); ++task)
    tasks.emplace_back(task);
  work.turns = turns_by_level(gpu.context_levels, gpu.task_level, tasks);
  return work;
}

ClosedLoopResult run_plan(const ClosedLoopSetup& setup, const PolicySetup& policy_setup,
                          const ClosedLoopPlan& plan) {
  const ReleaseList releases = closed_loop_releases(policy_setup, plan);
  ClosedLoopPolicy policy(policy_setup, plan);
  // The run ends when nothing is left to happen, long before the end of its window.
  SimulationSetup simulation;
  simulation.gpu = setup.gpu;
  simulation.policy_setup = &policy_setup;
  simulation.releases = releases;
  simulation.latencies = setup.latencies;
  simulation.measured_end = kAfterClosedLoop;
  simulate(simulation, policy, {});
  return policy.result();
}

}  // namespace

ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup) {
  constexpr std::uint32_t kLapsMax = 1'000'000;
  constexpr std::uint32_t kLonger = 4;
  PolicySetup policy_setup = policy_setup_of(*setup.gpu);
  if (setup.work.batch) policy_setup.batch_groups = {any_batch_of(*setup.work.batch)};
  ClosedLoopPlan plan = plan_closed_loop(policy_setup, setup.rounds, work_by_level(*setup.gpu, setup.work));
  ClosedLoopResult result = run_plan(setup, policy_setup, plan);
  while (!result.turns_measured && plan.measured_laps < kLapsMax) {
    plan.measured_laps *= kLonger;
    result = run_plan(setup, policy_setup, plan);
  }
  return result;
}

}  // namespace daris
