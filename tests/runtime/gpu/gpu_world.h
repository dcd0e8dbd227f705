// For tests: a GPU backend with an executor for a workload of several networks.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "policy/registry.h"
#include "runtime/gpu/gpu_executor.h"
#include "runtime/live_backend.h"
#include "runtime/live_run.h"
#include "tests/runtime/cpu/small_workload.h"
#include "tests/runtime/schedule_facts.h"
#include "workloads/policy_setup.h"

namespace daris::testing {

inline constexpr std::int64_t kMs = 1'000'000;  // in ns

// Has the skips of a UNet, shared and own weights, three precisions, and pairs. It is more than four contexts
// of two streams can do.
inline Workload several_networks() {
  TaskSet set;
  set.name = "several";
  set.groups = {small_group("urgent", 3, 0, Weights::kShared), small_group("own", 2, 1, Weights::kOwn),
                small_group("pairs", 2, 1, Weights::kShared), small_group("resnet", 16, 1, Weights::kShared),
                small_group("unet", 20, 1, Weights::kShared)};
  set.groups[2].batch = 2;
  set.groups[3].model = "resnet18";
  set.groups[3].precision = Precision::kFp16;
  set.groups[4].model = "unet";
  set.groups[4].precision = Precision::kTf32;
  set.groups[4].period = set.groups[4].deadline = Duration::from_ns(12'000'000);
  return make_workload(std::move(set));
}

// `contexts` x `streams` slots, each of which has the whole GPU.
inline LiveWork overlapping(std::uint32_t contexts, std::uint32_t streams) {
  LiveWork work;
  work.contexts = contexts;
  work.streams = streams;
  work.oversubscription_milli = 1000 * contexts;
  return work;
}

// Guesses for batches of these sizes, by stage.
inline BatchGroupTimes guessed_batches(const Workload& workload, const std::vector<std::uint32_t>& stages,
                                       const std::vector<std::uint32_t>& sizes) {
  constexpr std::int64_t kInputNs = 100'000;
  BatchGroupTimes batches;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const std::uint32_t weights = workload.tasks[task].weights_id;
    batches.group_of_task.push_back(weights);
    if (weights < batches.group_times.size()) continue;
    std::vector<BatchTime>& times = batches.group_times.emplace_back();
    for (const std::uint32_t inputs : sizes) {
      const Duration stage = Duration::from_ns((3 + inputs) * kInputNs);
      BatchTime& time = times.emplace_back();
      time.inputs = inputs;
      for (std::uint32_t i = 0; i < stages[task]; ++i) time.execution += stage;
      if (stages[task] > 1) time.stages.assign(stages[task], stage);
    }
  }
  return batches;
}

struct GpuWorld {
  GpuWorld(LiveBackend& chosen, LiveWork work)
      : backend(chosen), contexts(work.contexts), streams(work.streams), batches(work.batches) {
    work.workload = &workload;
    Result<LiveMachine> made = backend.make(work, clock);
    EXPECT_TRUE(made.ok()) << made.error().message;
    machine = std::move(made).value();
    executor = dynamic_cast<GpuExecutor*>(machine.executor.get());
  }

  // If batches are formed, by `daris-batched`, else by `daris`.
  [[nodiscard]] LiveRunOutcome run(Duration window, LiveRunSetup live = {}) {
    constexpr std::int64_t kGuessedStageNs = 500'000;
    constexpr std::int64_t kLongestDeadlineNs = 20'000'000;
    std::vector<std::vector<Duration>> estimates;
    for (const std::uint32_t stages : machine.stages)
      estimates.emplace_back(stages, Duration::from_ns(kGuessedStageNs));
    const bool forms_batches = !batches.empty();
    const PolicySetup setup = make_policy_setup(
        workload, contexts, streams, estimates,
        forms_batches ? guessed_batches(workload, machine.stages, batches) : BatchGroupTimes(), {}, 0);
    const std::unique_ptr<Policy> policy =
        make_policy(forms_batches ? "daris-batched" : "daris", setup).value();
    facts.inputs_of_task.clear();
    for (const TaskSetup& task : setup.tasks) facts.inputs_of_task.push_back(task.inputs);
    const ReleaseList releases =
        make_releases(workload, 1, 0, Time() + window + Duration::from_ns(kLongestDeadlineNs));
    live.policy_setup = &setup;
    live.releases = releases;
    live.window_end = Time() + window;
    live.core = backend.scheduler_core();
    Observer* const observer = &facts;
    StepRecorder recorder({&observer, 1});
    return live_run(live, *policy, *machine.executor, *clock, recorder);
  }

  LiveBackend& backend;
  std::uint32_t contexts;
  std::uint32_t streams;
  std::vector<std::uint32_t> batches;  // sizes
  Workload workload = several_networks();
  std::shared_ptr<MonotonicClock> clock = std::make_shared<MonotonicClock>(IdleMode::kSpin);
  LiveMachine machine;
  GpuExecutor* executor = nullptr;  // null if the executor is in another process
  ScheduleFacts facts;              // of its runs
};

}  // namespace daris::testing
