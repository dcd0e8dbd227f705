#include "runtime/full_load.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "drive/full_load_times.h"
#include "runtime/live_run.h"
#include "runtime/step_recorder.h"

namespace daris {
namespace {

// The slots' first starts are spread over the guessed time of a job.
constexpr std::uint32_t kLoopLapsMax = 1'000'000;
constexpr std::uint32_t kLonger = 4;  // a loop, if a turn had too few laps

PolicySetup setup_of(const FullLoadRequest& request) {
  std::vector<ClosedLoopTask> tasks;
  for (std::uint32_t task = 0; task < request.workload->tasks.size(); ++task) {
    ClosedLoopTask& row = tasks.emplace_back();
    row.inputs = request.workload->group_of(TaskId(task)).batch;
    row.stage_estimates.assign(request.stages[task], kGuessedStage);
  }
  PolicySetup setup = closed_loop_setup(request.contexts, request.streams, std::move(tasks));
  if (request.work.batch)
    setup.batch_groups = {{*request.work.batch, {{*request.work.batch, kGuessedStage}}}};
  return setup;
}

// Rounds over the tasks, which run in turn: enough for the class with the fewest tasks to be measured
// `request.rounds` times.
std::uint32_t rounds_over_tasks(const FullLoadRequest& request) {
  const std::vector<std::uint32_t> classes = work_classes(*request.workload);
  std::map<std::uint32_t, std::uint32_t> tasks_of_class;
  for (const TaskId task : request.work.tasks) ++tasks_of_class[classes[task.at()]];
  if (request.work.tasks.empty()) {
    for (const std::uint32_t work_class : classes) ++tasks_of_class[work_class];
  }
  std::uint32_t fewest = static_cast<std::uint32_t>(classes.size());
  for (const auto& [work_class, tasks] : tasks_of_class) fewest = std::min(fewest, tasks);
  return (request.rounds + fewest - 1) / fewest;
}

std::vector<TaskId> tasks_of(const FullLoadRequest& request) {
  std::vector<TaskId> tasks = request.work.tasks;
  for (std::uint32_t task = 0; request.work.tasks.empty() && task < request.workload->tasks.size(); ++task)
    tasks.emplace_back(task);
  return tasks;
}

// The work, with each task in the contexts that its level may use.
ClosedLoopWork work_by_level(const FullLoadRequest& request) {
  ClosedLoopWork work = request.work;
  const std::vector<TaskId> tasks = tasks_of(request);
  work.turns = one_turn(request.contexts, tasks);
  if (!request.context_levels.empty()) {
    std::vector<std::uint32_t> levels;
    for (std::uint32_t task = 0; task < request.workload->tasks.size(); ++task)
      levels.push_back(request.workload->group_of(TaskId(task)).priority);
    work.turns = turns_by_level(request.context_levels, levels, tasks);
  }
  if (request.alone && request.context_levels.empty()) work.slots = 1;
  if (request.alone && !request.context_levels.empty()) work.turns = task_alone(work.turns, tasks.front());
  return work;
}

Result<ClosedLoopResult> run_loop(const FullLoadRequest& request, const PolicySetup& setup,
                                  const ClosedLoopPlan& plan, LiveExecutor& executor, RunClock& clock) {
  const ReleaseList releases = closed_loop_releases(setup, plan);
  ClosedLoopPolicy policy(setup, plan);
  LiveRunSetup run;
  run.policy_setup = &setup;
  run.releases = releases;
  run.window_end = kAfterClosedLoop;
  run.stopped = [&] { return policy.finished() || request.stopped(); };
  run.core = request.core;
  run.admits_all = request.early_inputs;
  run.stage_limits = HangLimits::fixed(request.stage_limit);
  StepRecorder nobody({}, 8, request.core);
  const LiveRunOutcome outcome = live_run(run, policy, executor, clock, nobody);
  if (request.stopped()) return environment_error("interrupted in a closed loop");
  if (!outcome.lost.empty() || !policy.result().complete) {
    std::string what = "closed loop: a stage failed or hung";
    if (executor.notes().empty()) what += "; see whether the models fit into memory";
    for (const std::string& note : executor.notes()) what += "; " + note;
    return environment_error(std::move(what));
  }
  return policy.result();
}

// Multiplies the measured laps so that they take `least`, with a tenth to spare.
void lengthen(ClosedLoopPlan& plan, Duration measured, Duration least) {
  constexpr double kSpare = 1.1;
  const double factor = kSpare * static_cast<double>(least.ns()) /
                        static_cast<double>(std::max<std::int64_t>(measured.ns(), 1));
  const double laps = std::min(factor * plan.measured_laps + 1, double{kLoopLapsMax});
  plan.measured_laps = std::max(plan.measured_laps + 1, static_cast<std::uint32_t>(laps));
}

}  // namespace

std::vector<std::uint32_t> work_classes(const Workload& workload) {
  std::map<std::tuple<std::string, Precision, std::uint32_t, Weights>, std::uint32_t> numbers;
  std::vector<std::uint32_t> classes;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    const auto next = static_cast<std::uint32_t>(numbers.size());
    classes.push_back(
        numbers.try_emplace({group.model, group.precision, group.batch, group.weights}, next).first->second);
  }
  return classes;
}

Result<ClosedLoopResult> measure_full_load(const FullLoadRequest& request, LiveExecutor& executor,
                                           RunClock& clock) {
  const PolicySetup setup = setup_of(request);
  ClosedLoopPlan plan = plan_closed_loop(setup, rounds_over_tasks(request), work_by_level(request));
  while (true) {
    Result<ClosedLoopResult> loop = run_loop(request, setup, plan, executor, clock);
    if (!loop.ok() || plan.measured_laps >= kLoopLapsMax) return loop;
    if (!loop.value().turns_measured) {
      plan.measured_laps *= kLonger;
    } else if (loop.value().measured < request.least) {
      lengthen(plan, loop.value().measured, request.least);
    } else {
      return loop;
    }
  }
}

}  // namespace daris
