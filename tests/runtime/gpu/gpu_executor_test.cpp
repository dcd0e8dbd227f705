// The backends green and streams on a real GPU: scheduling never changes a result.
#include "runtime/gpu/gpu_executor.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <map>

#include "policy/registry.h"
#include "runtime/full_load.h"
#include "runtime/green/green_backend.h"
#include "runtime/live_run.h"
#include "runtime/streams/streams_backend.h"
#include "tests/runtime/cpu/small_workload.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

using testing::small_group;

constexpr std::int64_t kMs = 1'000'000;

LiveBackend& green() {
  static GreenBackend backend(0);
  return backend;
}

LiveBackend& streams() {
  static StreamsBackend backend(0);
  return backend;
}

// Skips of a UNet, shared and own weights, two precisions, pairs.
Workload mixed_workload() {
  TaskSet set;
  set.name = "mixed";
  set.groups = {small_group("urgent", 3, 0, Weights::kShared), small_group("own", 2, 1, Weights::kOwn),
                small_group("pairs", 2, 1, Weights::kShared), small_group("resnet", 4, 1, Weights::kShared),
                small_group("unet", 2, 1, Weights::kShared)};
  set.groups[2].batch = 2;
  set.groups[3].model = "resnet18";
  set.groups[3].precision = Precision::kFp16;
  set.groups[4].model = "unet";
  set.groups[4].precision = Precision::kTf32;
  return make_workload(std::move(set));
}

LiveWork staged_work() {
  LiveWork work;
  work.contexts = work.streams = 2;
  work.oversubscription_milli = 2000;
  return work;
}

LiveWork whole_models_in_batches() {
  LiveWork work;
  work.staged = false;
  work.batches = {1, 2, 4};
  return work;
}

LiveWork without_copies() {
  LiveWork work = staged_work();
  work.copies = false;
  return work;
}

struct World {
  explicit World(LiveBackend& chosen, LiveWork work = staged_work()) : backend(chosen) {
    work.workload = &workload;
    contexts = work.contexts;
    streams = work.streams;
    Result<LiveMachine> made = backend.make(work, clock);
    EXPECT_TRUE(made.ok()) << made.error().message;
    machine = std::move(made).value();
    executor = dynamic_cast<GpuExecutor*>(machine.executor.get());
    executor->launcher().output = [this](JobId job, const at::Tensor& output) { outputs.emplace(job, output.clone()); };
  }

  // Runs a stage to its end.
  void stage(std::uint32_t slot, std::uint32_t stage, std::vector<JobId> jobs, std::uint32_t batch = 1) {
    ASSERT_EQ(executor->launch({SlotId(slot), StageIndex(stage), batch, jobs}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) executor->poll(polled);
    ASSERT_EQ(polled.finished.size(), 1U);
    EXPECT_GT(polled.finished[0].execution, Duration());
  }

  void expect_outputs_of_the_models_alone() {
    const c10::InferenceMode inference;
    const ModelSet models = ModelSet::create(workload, true, at::Device(at::kCUDA, 0), LiveWork().seed).value();
    for (const auto& [job, output] : outputs) {
      const StagedModel& model = models.of(job.task);
      set_float32_precision(models.precision_of(job.task));
      const at::Tensor expected =
          model.forward_whole(models.input_of(job).to(at::Device(at::kCUDA, 0))).to(at::kCPU, at::kFloat);
      const double largest = expected.abs().max().item<double>();
      const double difference = (output.to(at::kFloat) - expected).abs().max().item<double>();
      EXPECT_LE(difference, 0.02 * largest) << "task " << job.task.value() << " job " << job.ordinal;
      EXPECT_GT(largest, 0);
    }
  }

  LiveBackend& backend;
  std::uint32_t contexts = 1;
  std::uint32_t streams = 1;
  Workload workload = mixed_workload();
  std::shared_ptr<MonotonicClock> clock = std::make_shared<MonotonicClock>(IdleMode::kSpin);
  LiveMachine machine;
  GpuExecutor* executor = nullptr;
  std::map<JobId, at::Tensor> outputs;
};

constexpr JobId job(std::uint32_t task, std::uint32_t ordinal) { return {ordinal, TaskId(task)}; }

TEST(GpuExecutor, KeepsAJobsTensorsWhileAnotherOneOfTheModelRunsInItsSlot) {
  World world(green());
  const std::uint32_t unet = 11;
  const std::uint32_t last = world.machine.stages[unet] - 1;
  world.stage(0, 0, {job(unet, 0)});
  for (std::uint32_t stage = 0; stage <= last; ++stage) world.stage(0, stage, {job(unet, 1)});  // overtakes
  for (std::uint32_t stage = 1; stage <= last; ++stage) world.stage(0, stage, {job(unet, 0)});
  ASSERT_EQ(world.outputs.size(), 2U);
  world.expect_outputs_of_the_models_alone();
}

TEST(GpuExecutor, TakesAJobToAnotherStreamOfItsContextAndBack) {
  World world(green());
  const std::uint32_t unet = 11;
  const std::uint32_t last = world.machine.stages[unet] - 1;
  for (std::uint32_t stage = 0; stage <= last; ++stage) {
    world.stage(stage % 2, stage, {job(unet, 0)});
    world.stage((stage + 1) % 2, stage, {job(unet, 1)});
    world.stage(stage / 2 % 2, stage, {job(unet, 2)});
  }
  ASSERT_EQ(world.outputs.size(), 3U);
  world.expect_outputs_of_the_models_alone();
}

TEST(GpuExecutor, DropsAJobAndRunsTheNextInItsPlace) {
  World world(green());
  world.stage(0, 0, {job(0, 0)});
  world.stage(0, 0, {job(1, 0)});  // the first one moves into a frame
  world.executor->drop(job(0, 0));
  world.executor->drop(job(1, 0));
  for (std::uint32_t stage = 0; stage < world.machine.stages[0]; ++stage) world.stage(0, stage, {job(0, 1)});
  ASSERT_EQ(world.outputs.size(), 1U);
  world.expect_outputs_of_the_models_alone();
}

TEST(GpuExecutor, RunsPaddedBatchesOfSeveralJobs) {
  World world(green(), whole_models_in_batches());
  world.stage(0, 0, {job(0, 0), job(1, 0), job(2, 0)}, 4);
  ASSERT_EQ(world.outputs.size(), 3U);
  world.expect_outputs_of_the_models_alone();
}

struct Case {
  const char* name;
  LiveBackend& (*backend)();
  bool copies;
};

class ScheduledOutputs : public ::testing::TestWithParam<Case> {};

TEST_P(ScheduledOutputs, EqualThoseOfTheModelByItself) {
  World world(GetParam().backend(), GetParam().copies ? staged_work() : without_copies());
  std::vector<std::vector<Duration>> estimates;
  for (const std::uint32_t stages : world.machine.stages) estimates.emplace_back(stages, Duration::from_ns(kMs / 2));
  const PolicySetup setup = make_policy_setup(world.workload, world.contexts, world.streams, estimates, {}, {}, 0);
  const std::unique_ptr<Policy> policy = make_policy("daris", setup).value();
  const ReleaseList releases = make_releases(world.workload, 1, 0, Time::from_ns(420 * kMs));
  LiveRunSetup live;
  live.policy_setup = &setup;
  live.releases = releases;
  live.window_end = Time::from_ns(400 * kMs);
  live.core = world.backend.scheduler_core();
  StepRecorder recorder({});
  const LiveRunOutcome outcome = live_run(live, *policy, *world.executor, *world.clock, recorder);
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.drained);
  EXPECT_TRUE(outcome.lost.empty());
  if (!GetParam().copies) return;
  EXPECT_GT(world.outputs.size(), 150U);
  world.expect_outputs_of_the_models_alone();
}
INSTANTIATE_TEST_SUITE_P(Backends, ScheduledOutputs,
                         ::testing::Values(Case{"green", green, true}, Case{"green_no_copies", green, false},
                                           Case{"streams", streams, true}),
                         [](const auto& one) { return one.param.name; });

TEST(GpuExecutor, StampsAgreeWithTheClockOfTheRun) {
  World world(green());
  for (int round = 0; round < 50; ++round) {
    const Time before = world.clock->now();
    ASSERT_EQ(world.executor->launch({SlotId(0), StageIndex(0), 1, std::vector<JobId>{job(7, 0)}}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) world.executor->poll(polled);
    const Duration seen = world.clock->now() - before;
    EXPECT_LE(polled.finished[0].execution, seen);
    world.executor->drop(job(7, 0));
  }
}

}  // namespace
}  // namespace daris
