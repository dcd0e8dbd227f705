#include "sim/closed_loop.h"

#include "sim/simulate.h"

namespace daris {
namespace {

// Later than the end of any closed loop, since the jobs have no deadlines.
constexpr std::int64_t kNoDeadlineNs = std::int64_t{1} << 50;

// The tasks as the engine must know them: how many stages, and about how long these take.
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

}  // namespace

ClosedLoopResult run_closed_loop(const ClosedLoopSetup& setup) {
  const PolicySetup policy_setup = policy_setup_of(*setup.gpu);
  const ClosedLoopPlan plan = plan_closed_loop(policy_setup, setup.rounds, {setup.slot_task, {}, 0});
  const ReleaseList releases = closed_loop_releases(policy_setup, plan);
  ClosedLoopPolicy policy(policy_setup, plan);
  // The run ends when nothing is left to happen, long before the end of its window.
  SimulationSetup simulation;
  simulation.gpu = setup.gpu;
  simulation.policy_setup = &policy_setup;
  simulation.releases = releases;
  simulation.latencies = setup.latencies;
  simulation.measured_end = Time::from_ns(kNoDeadlineNs);
  simulate(simulation, policy, {});
  return policy.result();
}

}  // namespace daris
