#include "runtime/full_load.h"

#include <gtest/gtest.h>

#include "tests/runtime/fake_machine.h"

namespace daris {
namespace {

using testing::FakeMachine;
using testing::for_ns;

constexpr std::int64_t kStageNs = 1'000'000;

// Two tasks of one stage in two slots; a stage takes a millisecond.
struct LoadedMachine {
  LoadedMachine() {
    TaskGroup group;
    group.name = "one";
    group.model = "small_cnn";
    group.count = 2;
    TaskSet set;
    set.groups = {group};
    workload = make_workload(std::move(set));
    request.workload = &workload;
    request.stages = {1, 1};
    request.contexts = 2;
    machine.takes = [](const LaunchStage&) { return for_ns(kStageNs); };
  }
  ClosedLoopResult measure() { return measure_full_load(request, machine, machine).value(); }

  FakeMachine machine{2, 1};
  Workload workload;
  FullLoadRequest request;
};

TEST(FullLoad, FillsEverySlot) {
  LoadedMachine world;
  EXPECT_NEAR(world.measure().jobs_per_s, 2000, 100);
}

TEST(FullLoad, LastsAsLongAsItShall) {
  LoadedMachine world;
  world.request.least = for_ns(100 * kStageNs);
  const ClosedLoopResult loop = world.measure();
  EXPECT_GE(loop.measured, world.request.least);
  EXPECT_LE(loop.measured, for_ns(150 * kStageNs));
  EXPECT_EQ(world.machine.drains, 2) << "a first loop says how long the second must be";
}

TEST(FullLoad, LetsOneTaskRunAlone) {
  LoadedMachine world;
  world.request.work = {{}, {TaskId(1)}, 1};
  const ClosedLoopResult loop = world.measure();
  EXPECT_TRUE(loop.stage_ns[0].empty());
  EXPECT_DOUBLE_EQ(loop.stage_ns[1][0], kStageNs);
  for (const FakeMachine::Launched& launched : world.machine.launched) {
    EXPECT_EQ(launched.slot, SlotId(0));
    EXPECT_EQ(launched.jobs.front().task, TaskId(1));
  }
}

TEST(FullLoad, TellsOfJobsThatWaitIfInputsAreCopiedEarly) {
  LoadedMachine world;
  (void)world.measure();
  EXPECT_TRUE(world.machine.admitted_jobs.empty()) << "the loop admits nothing";
  world.request.early_inputs = true;
  (void)world.measure();
  EXPECT_GE(world.machine.admitted_jobs.size(), world.machine.launched.size() / 2) << "of two loops";
}

// A batch copies the inputs of all its jobs. With fewer jobs it would seem faster than it is.
TEST(FullLoad, FillsBatchesWithJobs) {
  LoadedMachine world;
  world.workload.set.groups[0].batch = 3;
  std::uint32_t inputs = 0;
  world.machine.takes = [&](const LaunchStage& launch) {
    inputs = launch.batch;
    return for_ns(kStageNs);
  };
  world.request.work = {{}, {TaskId(1)}, 1, 8};
  EXPECT_NEAR(world.measure().jobs_per_s, 2000, 1) << "two jobs of three inputs fit into a batch of eight";
  EXPECT_EQ(inputs, 8U);
  std::uint32_t next = 0;
  for (const FakeMachine::Launched& launched : world.machine.launched) {
    ASSERT_EQ(launched.jobs.size(), 2U);
    for (const JobId job : launched.jobs) EXPECT_EQ(job, (JobId{next++, TaskId(1)}));
  }
}

}  // namespace
}  // namespace daris
