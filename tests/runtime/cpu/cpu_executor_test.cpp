#include "runtime/cpu/cpu_executor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "drive/full_load_times.h"
#include "policy/decision.h"
#include "policy/registry.h"
#include "runtime/full_load.h"
#include "runtime/live_run.h"
#include "tests/runtime/cpu/small_workload.h"
#include "tests/runtime/schedule_facts.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

using testing::small_workload;

constexpr std::int64_t kMs = 1'000'000;

struct World {
  explicit World(CpuRequest request = {}, std::uint32_t contexts = 2, std::uint32_t streams = 2,
                 std::uint32_t times = 1)
      : World(std::move(request), contexts, streams, small_workload(times)) {}

  World(CpuRequest request, std::uint32_t contexts, std::uint32_t streams, Workload tasks)
      : workload(std::move(tasks)) {
    request.workload = &workload;
    request.contexts = contexts;
    request.streams = streams;
    executor = CpuExecutor::create(request, clock).value();
    setup = make_policy_setup(workload, contexts, streams, estimates(), {}, {}, 0);
  }

  // Tells the policy of batches of these numbers of inputs.
  void form_batches(const std::vector<std::uint32_t>& sizes) {
    BatchGroupTimes batches;
    for (const Task& task : workload.tasks) {
      batches.group_of_task.push_back(task.weights_id);
      batches.group_times.resize(
          std::max<std::size_t>(batches.group_times.size(), task.weights_id + std::size_t{1}));
    }
    const std::size_t stages = executor->stages().front();
    for (std::vector<BatchTime>& times : batches.group_times) {
      for (const std::uint32_t inputs : sizes) {
        const Duration stage = Duration::from_ns((3 + inputs) * kMs / 8);
        times.push_back({inputs, Duration(), std::vector<Duration>(stages, stage)});
        for (std::size_t i = 0; i < stages; ++i) times.back().execution += stage;
      }
    }
    setup =
        make_policy_setup(workload, setup.contexts, setup.streams, estimates(), std::move(batches), {}, 0);
  }

  // Runs a stage to its end.
  void stage(std::uint32_t slot, std::uint32_t stage, const std::vector<JobId>& jobs, std::uint32_t batch) {
    ASSERT_EQ(executor->launch({SlotId(slot), StageIndex(stage), batch, jobs}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) executor->poll(polled);
    ASSERT_EQ(polled.finished.size(), 1U);
  }

  // A guess will do, since no test depends on it.
  [[nodiscard]] std::vector<std::vector<Duration>> estimates() const {
    std::vector<std::vector<Duration>> all;
    for (const std::uint32_t stages : executor->stages())
      all.emplace_back(stages, Duration::from_ns(kMs / 2));
    return all;
  }

  LiveRunOutcome run(std::int64_t ms, const std::string& policy_name = "daris") {
    const std::unique_ptr<Policy> policy = make_policy(policy_name, setup).value();
    const ReleaseList releases = make_releases(workload, 1, 0, Time::from_ns((ms + 20) * kMs));
    released = releases.size();
    LiveRunSetup live;
    live.policy_setup = &setup;
    live.releases = releases;
    live.window_end = Time::from_ns(ms * kMs);
    live.stage_limits = HangLimits::fixed(Duration::from_ns(stage_limit_ms * kMs));
    live.drain_limit = Duration::from_ns(drain_ms * kMs);
    facts.inputs_of_task.clear();
    for (const TaskSetup& task : setup.tasks) facts.inputs_of_task.push_back(task.inputs);
    Observer* const observer = &facts;
    StepRecorder recorder({&observer, 1});
    return live_run(live, *policy, *executor, *clock, recorder);
  }

  Workload workload;
  std::shared_ptr<MonotonicClock> clock = std::make_shared<MonotonicClock>(IdleMode::kNap);
  std::unique_ptr<CpuExecutor> executor;
  PolicySetup setup;
  std::size_t released = 0;
  testing::ScheduleFacts facts;
  std::int64_t stage_limit_ms = 20'000;
  std::int64_t drain_ms = 20'000;
};

// Collects outputs; called by several threads.
class Outputs {
 public:
  CpuHooks hooks() {
    CpuHooks hooks;
    hooks.output = [this](JobId job, const at::Tensor& output) {
      const std::lock_guard lock(mutex_);
      outputs_.emplace(job, output.clone());
    };
    return hooks;
  }
  [[nodiscard]] const std::map<JobId, at::Tensor>& all() const { return outputs_; }

 private:
  std::mutex mutex_;
  std::map<JobId, at::Tensor> outputs_;
};

class ScheduledOutputs : public ::testing::TestWithParam<bool> {};

TEST_P(ScheduledOutputs, EqualThoseOfTheModelByItself) {
  Outputs outputs;
  CpuRequest request;
  request.hooks = outputs.hooks();
  request.copies = GetParam();
  constexpr std::uint32_t kTooMany = 10;
  World world(request, 2, 2, kTooMany);
  const LiveRunOutcome outcome = world.run(200);
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  ASSERT_GT(outputs.all().size(), 20U);
  EXPECT_GT(world.facts.overtaken, 0U);
  EXPECT_GT(world.facts.beside, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  const ModelSet models = ModelSet::create(world.workload, true, request.seed).value();
  for (const auto& [job, output] : outputs.all()) {
    const at::Tensor expected = models.of(job.task).forward_whole(models.input_of(job));
    EXPECT_TRUE(at::equal(output, expected)) << "task " << job.task.value() << " job " << job.ordinal;
  }
}
INSTANTIATE_TEST_SUITE_P(Copies, ScheduledOutputs, ::testing::Bool());

// A batch may sum in another order than a job alone. Says how many outputs are equal all the same.
void expect_outputs_of_the_models_alone(const World& world, const Outputs& outputs, bool staged) {
  const ModelSet models = ModelSet::create(world.workload, staged, CpuRequest().seed).value();
  std::size_t equal = 0;
  for (const auto& [job, output] : outputs.all()) {
    const at::Tensor expected = models.of(job.task).forward_whole(models.input_of(job));
    EXPECT_TRUE(at::allclose(output, expected, 1e-4, 1e-5))
        << "task " << job.task.value() << " job " << job.ordinal;
    equal += at::equal(output, expected) ? 1U : 0U;
  }
  std::cout << "  " << equal << " of " << outputs.all().size() << " outputs are bit-equal to those alone\n";
}

TEST(CpuExecutor, RunsPaddedBatchesOfSeveralJobs) {
  Outputs outputs;
  CpuRequest request;
  request.hooks = outputs.hooks();
  request.staged = false;
  World world(request, 1, 1);
  world.stage(0, 0, {{0, TaskId(0)}, {0, TaskId(1)}, {0, TaskId(2)}}, 4);
  ASSERT_EQ(outputs.all().size(), 3U);
  expect_outputs_of_the_models_alone(world, outputs, false);
}

// Tasks 5 and 6 bring pairs, with the weights of tasks 0 to 2.
TEST(CpuExecutor, ABatchGoesThroughItsStagesAsOneWhileOthersOvertakeIt) {
  Outputs outputs;
  CpuRequest request;
  request.hooks = outputs.hooks();
  World world(request, 1, 2);
  const std::uint32_t stages = world.executor->stages().front();
  const std::vector<JobId> padded{{0, TaskId(0)}, {0, TaskId(5)}, {0, TaskId(1)}};
  const std::vector<JobId> full{{1, TaskId(6)}, {1, TaskId(5)}};
  for (std::uint32_t stage = 0; stage < stages; ++stage) {
    world.stage(0, stage, padded, 8);
    if (stage > 0) continue;
    for (std::uint32_t other = 0; other < stages; ++other) world.stage(other % 2, other, full, 4);
    world.stage(0, 0, {{2, TaskId(2)}}, 1);
  }
  for (std::uint32_t stage = 1; stage < stages; ++stage) world.stage(1, stage, {{2, TaskId(2)}}, 1);
  ASSERT_EQ(outputs.all().size(), 6U);
  expect_outputs_of_the_models_alone(world, outputs, true);
}

TEST(CpuExecutor, OutputsOfScheduledBatchesAreThoseOfTheModelsAlone) {
  Outputs outputs;
  CpuRequest request;
  request.hooks = outputs.hooks();
  constexpr std::uint32_t kTooMany = 10;
  World world(request, 2, 2, kTooMany);
  world.form_batches({1, 2, 4, 8});
  EXPECT_EQ(world.run(600, "daris-batched").how, RunEnd::kDone);
  ASSERT_GT(outputs.all().size(), 20U);
  EXPECT_GT(world.facts.batched, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  expect_outputs_of_the_models_alone(world, outputs, true);
}

// On any machine: pairs never fill a batch of five, and one slow slot lets them wait for each other.
TEST(CpuExecutor, OutputsOfPaddedBatchesAreThoseOfTheModelsAlone) {
  Outputs outputs;
  CpuRequest request;
  request.hooks = outputs.hooks();
  request.hooks.before_stage = [](JobId, StageIndex) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  TaskSet pairs;
  pairs.name = "pairs";
  pairs.groups = {testing::small_group("pairs", 40, 1, Weights::kShared)};
  pairs.groups[0].batch = 2;
  pairs.groups[0].period = pairs.groups[0].deadline = Duration::from_ns(200 * kMs);
  World world(request, 1, 1, make_workload(std::move(pairs)));
  world.form_batches({2, 5});
  EXPECT_EQ(world.run(400, "daris-batched").how, RunEnd::kDone);
  EXPECT_GT(world.facts.padded, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  expect_outputs_of_the_models_alone(world, outputs, true);
}

TEST(CpuExecutor, TellsOfAStageThatThrew) {
  CpuRequest request;
  request.hooks.before_stage = [](JobId job, StageIndex stage) {
    if (job.task == TaskId(1) && stage == StageIndex(1)) throw std::runtime_error("broken");
  };
  World world(request);
  const LiveRunOutcome outcome = world.run(100);
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.lost.empty());
}

TEST(CpuExecutor, LeavesAStageBehindThatHangs) {
  std::atomic<bool> free{false};
  std::atomic<bool> hung{false};
  CpuRequest request;
  request.hooks.before_stage = [&](JobId job, StageIndex) {
    if (job.task != TaskId(0) || hung.exchange(true)) return;
    free.wait(false);
    hung = false;
    hung.notify_one();
  };
  {
    World world(request);
    world.stage_limit_ms = 500;
    world.drain_ms = 10;
    const LiveRunOutcome outcome = world.run(900);
    EXPECT_EQ(outcome.how, RunEnd::kDone);
    EXPECT_EQ(outcome.lost.size(), 1U);
    EXPECT_FALSE(outcome.drained);
  }
  free = true;
  free.notify_one();
  hung.wait(true);  // the thread that was left behind is done with what this test owns
}

TEST(FullLoad, GivesEstimatesOfEveryStage) {
  World world;
  FullLoadRequest request;
  request.workload = &world.workload;
  request.stages = world.executor->stages();
  request.contexts = request.streams = 2;
  const Result<ClosedLoopResult> loop = measure_full_load(request, *world.executor, *world.clock);
  ASSERT_TRUE(loop.ok()) << loop.error().message;
  EXPECT_GT(loop.value().jobs_per_s, 0);
  const auto times = full_load_times(loop.value(), work_classes(world.workload));
  ASSERT_EQ(times.size(), world.workload.tasks.size());
  for (const std::vector<Duration>& stages : times) EXPECT_EQ(stages.size(), 3U);
  EXPECT_EQ(times[0], times[1]) << "one class, one estimate";
  EXPECT_EQ(world.run(50).how, RunEnd::kDone) << "the executor serves another run after a closed loop";
}

}  // namespace
}  // namespace daris
