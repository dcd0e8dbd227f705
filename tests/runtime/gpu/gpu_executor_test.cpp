// Tests the backends green and streams on a real GPU: scheduling never changes a result.
#include "runtime/gpu/gpu_executor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <iostream>
#include <numeric>
#include <utility>

#include "gpu/nvml.h"
#include "policy/decision.h"
#include "tests/runtime/gpu/gpu_backends.h"
#include "tests/runtime/gpu/gpu_outputs.h"
#include "tests/runtime/gpu/gpu_world.h"

namespace daris {
namespace {

using testing::GpuWorld;
using testing::green;
using testing::kMs;
using testing::overlapping;
using testing::streams;

constexpr std::uint32_t kUnet = 23;  // the first such task of several_networks()

LiveWork whole_models_in_batches() {
  LiveWork work;
  work.staged = false;
  work.batches = {1, 2, 4};
  return work;
}

// A batch moves through its stages as one.
LiveWork staged_batches(std::uint32_t contexts, std::uint32_t streams) {
  LiveWork work = overlapping(contexts, streams);
  work.batches = {1, 2, 4, 8};
  return work;
}

LiveWork staged_batches_one_stream() { return staged_batches(4, 1); }
LiveWork staged_batches_two_streams() { return staged_batches(2, 2); }

LiveWork batches_of_whole_models() {
  LiveWork work = staged_batches(6, 1);
  work.staged = false;
  return work;
}

LiveWork with_early_inputs(LiveWork work) {
  work.early_inputs = true;
  return work;
}
LiveWork early_inputs_in_stages() { return with_early_inputs(staged_batches(2, 2)); }
LiveWork early_inputs_of_whole_models() { return with_early_inputs(batches_of_whole_models()); }

// Jobs migrate more if there are more contexts to go to.
LiveWork scheduled() { return overlapping(4, 2); }

// A job stays in its slot, and is saved when another one takes its place.
LiveWork scheduled_one_stream() { return overlapping(6, 1); }

LiveWork without_copies() {
  LiveWork work = scheduled();
  work.copies = false;
  return work;
}

struct World : GpuWorld {
  explicit World(LiveBackend& chosen, const LiveWork& work = overlapping(2, 2)) : GpuWorld(chosen, work) {
    executor->launcher().output = [this](JobId job, const at::Tensor& output) {
      outputs.emplace(job, output.clone());
    };
  }

  // Runs a stage to its end.
  void stage(std::uint32_t slot, std::uint32_t stage, std::vector<JobId> jobs, std::uint32_t batch = 1) {
    ASSERT_EQ(executor->launch({SlotId(slot), StageIndex(stage), batch, jobs}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) executor->poll(polled);
    ASSERT_EQ(polled.finished.size(), 1U);
    EXPECT_GT(polled.finished[0].execution, Duration());
  }

  void expect_outputs_of_the_models_alone() const {
    testing::expect_outputs_of_the_models_alone(workload, outputs);
  }

  testing::Outputs outputs;
};

constexpr JobId job(std::uint32_t task, std::uint32_t ordinal) { return {ordinal, TaskId(task)}; }

TEST(GpuExecutor, KeepsAJobsTensorsWhileAnotherOneOfTheModelRunsInItsSlot) {
  World world(green());
  const std::uint32_t last = world.machine.stages[kUnet] - 1;
  world.stage(0, 0, {job(kUnet, 0)});
  for (std::uint32_t stage = 0; stage <= last; ++stage) world.stage(0, stage, {job(kUnet, 1)});  // overtakes
  for (std::uint32_t stage = 1; stage <= last; ++stage) world.stage(0, stage, {job(kUnet, 0)});
  ASSERT_EQ(world.outputs.size(), 2U);
  world.expect_outputs_of_the_models_alone();
}

TEST(GpuExecutor, TakesAJobToAnotherStreamOfItsContextAndBack) {
  World world(green());
  const std::uint32_t last = world.machine.stages[kUnet] - 1;
  for (std::uint32_t stage = 0; stage <= last; ++stage) {
    world.stage(stage % 2, stage, {job(kUnet, 0)});
    world.stage((stage + 1) % 2, stage, {job(kUnet, 1)});
    world.stage(stage / 2 % 2, stage, {job(kUnet, 2)});
  }
  ASSERT_EQ(world.outputs.size(), 3U);
  world.expect_outputs_of_the_models_alone();
}

// Graphs of a slot share the memory that they work on, also with what jobs of other models left there.
class InTheMiddle : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(InTheMiddle, AJobOfAnotherModelChangesNothing) {
  World world(green(), overlapping(2, GetParam()));
  std::uint32_t ordinal = 0;
  const std::vector<std::uint32_t> tasks = {0, 3, 5, 7, kUnet};  // one of each model, batch or weights
  const auto stages = [&](std::uint32_t task, std::uint32_t from, std::uint32_t to, std::uint32_t which) {
    const std::uint32_t inputs = world.workload.group_of(TaskId(task)).batch;
    for (std::uint32_t stage = from; stage < to; ++stage) world.stage(0, stage, {job(task, which)}, inputs);
  };
  const auto all = [&](std::uint32_t task) { return world.machine.stages[task]; };
  for (const std::uint32_t first : tasks) {
    for (const std::uint32_t second : tasks) {
      for (std::uint32_t done = 1; done < all(first); ++done) {
        const std::uint32_t early = ordinal++;
        const std::uint32_t late = ordinal++;
        const std::uint32_t last = ordinal++;
        stages(first, 0, done, early);
        stages(second, 0, 1, late);
        stages(first, 0, all(first), last);
        stages(second, 1, all(second), late);
        stages(first, done, all(first), early);
      }
    }
  }
  ASSERT_EQ(world.outputs.size(), ordinal);
  world.expect_outputs_of_the_models_alone();
}
INSTANTIATE_TEST_SUITE_P(Streams, InTheMiddle, ::testing::Values(1U, 2U));

TEST(GpuExecutor, DropsAJobAndRunsTheNextInItsPlace) {
  World world(green());
  world.stage(0, 0, {job(0, 0)});
  world.stage(0, 0, {job(1, 0)});  // the first job moves into a frame
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

// A batch waits between its stages while others of the same and of another network run in its slot. If there
// are two streams, its stages take turns. Some batches are padded; some have jobs of two levels and sizes.
class BatchesInStages : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(BatchesInStages, GiveWhatTheirJobsGiveAlone) {
  World world(green(), staged_batches(1, GetParam()));
  const std::vector<std::vector<JobId>> firsts = {{job(0, 0), job(5, 0), job(1, 0)},
                                                  {job(7, 0), job(8, 0), job(9, 0), job(10, 0), job(11, 0)},
                                                  {job(kUnet, 0), job(kUnet + 1, 0), job(kUnet + 2, 0)}};
  const std::vector<std::vector<JobId>> seconds = {
      {job(6, 1), job(2, 1)}, {job(12, 1), job(13, 1), job(14, 1), job(15, 1)}, {job(kUnet + 3, 1)}};
  const auto inputs = [&](const std::vector<JobId>& jobs) {
    std::uint32_t sum = 0;
    for (const JobId one : jobs) sum += world.workload.group_of(one.task).batch;
    return sum;
  };
  const auto stages = [&](const std::vector<JobId>& jobs, std::uint32_t batch, std::uint32_t from,
                          std::uint32_t to) {
    for (std::uint32_t stage = from; stage < to; ++stage)
      world.stage((from + stage) % GetParam(), stage, jobs, batch);
  };
  const auto all = [&](const std::vector<JobId>& jobs) { return world.machine.stages[jobs[0].task.at()]; };
  const std::vector<JobId> between = {job(6, 2)};
  for (const auto& batches : {firsts, seconds, {between}}) {
    for (const std::vector<JobId>& batch : batches) {
      for (const JobId one : batch) stages({one}, inputs({one}), 0, all({one}));
    }
  }
  const testing::Outputs alone = std::exchange(world.outputs, {});
  const ModelSet models = testing::models_moved_to_gpu(world.workload);
  for (const std::vector<JobId>& first : firsts) {
    for (const std::vector<JobId>& second : seconds) {
      for (std::uint32_t done = 1; done < all(first); ++done) {
        world.outputs.clear();
        stages(first, 8, 0, done);
        stages(second, 4, 0, 1);
        stages(between, 2, 0, all(between));
        stages(second, 4, 1, all(second));
        stages(first, 8, done, all(first));
        EXPECT_EQ(world.outputs.size(), first.size() + second.size() + between.size());
        testing::expect_outputs_of_the_jobs_alone(models, alone, world.outputs);
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Streams, BatchesInStages, ::testing::Values(1U, 2U));

struct Case {
  const char* name;
  LiveBackend& (*backend)();
  LiveWork (*work)();
};

class ScheduledOutputs : public ::testing::TestWithParam<Case> {};

TEST_P(ScheduledOutputs, EqualThoseOfTheModelByItself) {
  World world(GetParam().backend(), GetParam().work());
  const LiveRunOutcome outcome = world.run(Duration::from_ns(1000 * kMs));
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.drained);
  EXPECT_TRUE(outcome.lost.empty());
  EXPECT_GT(world.facts.migrations, 0U);
  EXPECT_GT(world.facts.overtaken, 0U);
  EXPECT_EQ(world.facts.moved > 0, world.streams > 1);
  EXPECT_GT(world.facts.beside, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  if (!GetParam().work().copies) return;
  EXPECT_GT(world.outputs.size(), 150U);
  world.expect_outputs_of_the_models_alone();
}
INSTANTIATE_TEST_SUITE_P(Backends, ScheduledOutputs,
                         ::testing::Values(Case{"green", green, scheduled},
                                           Case{"green_one_stream", green, scheduled_one_stream},
                                           Case{"green_no_copies", green, without_copies},
                                           Case{"streams", streams, scheduled}),
                         [](const auto& one) { return one.param.name; });

class ScheduledBatches : public ::testing::TestWithParam<Case> {};

TEST_P(ScheduledBatches, GiveWhatTheModelsGiveAlone) {
  World world(GetParam().backend(), GetParam().work());
  const LiveRunOutcome outcome = world.run(Duration::from_ns(1000 * kMs));
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.drained);
  EXPECT_GT(world.facts.batched, 0U);
  EXPECT_GT(world.facts.padded, 0U);
  EXPECT_GT(world.facts.beside, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  EXPECT_GT(world.outputs.size(), 150U);
  std::cout << "  " << world.outputs.size() << " jobs, " << world.facts.batched << " launches of several, "
            << world.facts.padded << " padded, " << world.facts.overtaken << " stages overtaken\n";
  world.expect_outputs_of_the_models_alone();
}
INSTANTIATE_TEST_SUITE_P(Backends, ScheduledBatches,
                         ::testing::Values(Case{"green_one_stream", green, staged_batches_one_stream},
                                           Case{"green_two_streams", green, staged_batches_two_streams},
                                           Case{"green_whole_models", green, batches_of_whole_models},
                                           Case{"green_early_stages", green, early_inputs_in_stages},
                                           Case{"green_early_whole", green, early_inputs_of_whole_models},
                                           Case{"streams", streams, staged_batches_one_stream}),
                         [](const auto& one) { return one.param.name; });

// NVML speaks of the whole GPU, so other processes on it add to the total alone.
void expect_memory_of_each_context(LiveBackend& backend) {
  const World world(backend, overlapping(3, 2));
  const std::vector<std::uint64_t>& contexts = world.machine.context_memory_bytes;
  ASSERT_EQ(contexts.size(), 3U);
  constexpr std::uint64_t kMuch = std::uint64_t{1} << 20;
  for (const std::uint64_t bytes : contexts)
    EXPECT_GT(bytes, kMuch) << "two slots with graphs of five networks each";
  EXPECT_LT(contexts[0], 2 * contexts[2]) << "all have the same graphs";
  EXPECT_LT(contexts[2], 2 * contexts[0]);
  const std::uint64_t sum = std::accumulate(contexts.begin(), contexts.end(), std::uint64_t{0});
  EXPECT_LE(sum, Nvml().memory_used_bytes(backend.pci_bus_id().value()).value());
  std::cout << "  MiB by context:";
  for (const std::uint64_t bytes : contexts) std::cout << " " << bytes / kMuch;
  std::cout << "\n";
}

TEST(GpuExecutor, SaysWhatMemoryEachGreenContextHas) { expect_memory_of_each_context(green()); }

TEST(GpuExecutor, SaysWhatMemoryTheStreamsOfEachContextHave) { expect_memory_of_each_context(streams()); }

TEST(GpuExecutor, StampsAgreeWithTheClockOfTheRun) {
  World world(green());
  for (int round = 0; round < 50; ++round) {
    const Time before = world.clock->now();
    ASSERT_EQ(world.executor->launch({SlotId(0), StageIndex(0), 1, std::vector<JobId>{job(7, 0)}}),
              std::nullopt);
    PolledEvents polled;
    while (polled.empty()) world.executor->poll(polled);
    const Duration seen = world.clock->now() - before;
    EXPECT_LE(polled.finished[0].execution, seen);
    world.executor->drop(job(7, 0));
  }
}

}  // namespace
}  // namespace daris
