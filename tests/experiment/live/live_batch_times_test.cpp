// Tests what a live run tells a policy that forms batches in several slots, and which sizes it leaves out.
#include "experiment/live/live_batch_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "tests/experiment/live/plain_world.h"

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kMs;
using testing::PlainBackend;
using testing::PlainWorld;
using ::testing::SizeIs;

TaskGroup group(const char* name, const char* model, std::uint32_t count, std::int64_t deadline_ms) {
  TaskGroup group;
  group.name = name;
  group.model = model;
  group.count = count;
  group.period = group.deadline = Duration::from_ns(deadline_ms * kMs);
  return group;
}

// A stage of a batch takes 0.1 ms an input.
class BatchTimes : public ::testing::Test {
 protected:
  BatchTimes() {
    set_.name = "two";
    set_.groups = {group("short", "small_cnn", 3, 2), group("long", "resnet18", 2, 50)};
    backend_.stage_time = [](std::uint32_t batch) { return Duration::from_ns(batch * kMs / 10); };
  }

  BatchGroupTimes measure(bool staged, std::uint32_t limit, BatchSizesTold told) {
    const Workload workload = make_workload(set_);
    const auto clock = std::make_shared<MonotonicClock>(IdleMode::kNap);
    LiveWork work;
    work.contexts = 2;
    work.staged = staged;
    work.workload = &workload;
    work.batches = batch_sizes(workload, limit);
    LiveMachine machine = backend_.make(work, clock).value();
    const LiveMeasurements measurements(backend_, work, clock, never_);
    Result<BatchGroupTimes> times = full_load_batch_times(measurements, workload, machine, limit, told);
    EXPECT_TRUE(times.ok()) << times.error().message;
    return std::move(times).value();
  }

  [[nodiscard]] static std::vector<std::uint32_t> sizes(const std::vector<BatchTime>& times) {
    std::vector<std::uint32_t> sizes;
    sizes.reserve(times.size());
    for (const BatchTime& time : times) sizes.push_back(time.inputs);
    return sizes;
  }

  const std::function<bool()> never_ = [] { return false; };
  TaskSet set_;
  PlainBackend backend_;
};

TEST_F(BatchTimes, EverySizeHasItsTimeAndTheHosts) {
  const BatchGroupTimes batches = measure(false, 4, BatchSizesTold::kAll);
  EXPECT_THAT(batches.group_of_task, ElementsAre(0, 0, 0, 1, 1));
  ASSERT_THAT(batches.group_times, SizeIs(2));
  for (const std::vector<BatchTime>& times : batches.group_times) {
    EXPECT_THAT(sizes(times), ElementsAre(1, 2, 4));
    for (const BatchTime& time : times) {
      EXPECT_GE(time.execution, Duration::from_ns(time.inputs * kMs / 10)) << "launches follow at intervals";
      EXPECT_THAT(time.stages, IsEmpty());
    }
  }
}

TEST_F(BatchTimes, StagesAreToldEachAndTogether) {
  const BatchGroupTimes batches = measure(true, 2, BatchSizesTold::kAll);
  for (const std::vector<BatchTime>& times : batches.group_times) {
    EXPECT_THAT(sizes(times), ElementsAre(1, 2));
    for (const BatchTime& time : times) {
      ASSERT_THAT(time.stages, SizeIs(3));
      Duration all;
      for (const Duration stage : time.stages) all += stage;
      EXPECT_EQ(all, time.execution);
      EXPECT_GE(time.stages[0], Duration::from_ns(time.inputs * kMs / 10));
    }
  }
}

TEST_F(BatchTimes, SizesThatAreNeverInTimeAreLeftOutByWeights) {
  const BatchGroupTimes batches = measure(false, 32, BatchSizesTold::kUseful);
  EXPECT_THAT(sizes(batches.group_times[0]).back(), ::testing::Le(16)) << "32 take 3.2 ms of 2";
  EXPECT_THAT(sizes(batches.group_times[1]), ElementsAre(1, 2, 4, 8, 16, 32)) << "all are below 50 ms";
}

TEST_F(BatchTimes, TheSizeOfAJobIsToldHoweverLongItTakes) {
  set_.groups[0].batch = 32;
  const BatchGroupTimes batches = measure(false, 8, BatchSizesTold::kUseful);
  EXPECT_THAT(sizes(batches.group_times[0]), ElementsAre(32));
  EXPECT_THAT(sizes(batches.group_times[1]), ElementsAre(1, 2, 4, 8));
}

TEST(BatchSizes, HoldWhatEverySetOfWeightsNeeds) {
  TaskSet set;
  set.name = "jobs of several sizes";
  set.groups = {group("ones", "small_cnn", 1, 20), group("threes", "small_cnn", 1, 20),
                group("fives", "resnet18", 1, 20)};
  set.groups[1].batch = 3;
  set.groups[2].batch = 5;
  EXPECT_THAT(batch_sizes(make_workload(set), 1), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(batch_sizes(make_workload(set), 8), ElementsAre(1, 2, 4, 8));
}

TEST(LargestUsefulBatch, HoldsTheJobsThatCanWaitInTimeAtOnce) {
  TaskSet set;
  set.name = "own weights";
  set.groups = {group("own", "small_cnn", 9, 20)};
  set.groups[0].weights = Weights::kOwn;
  EXPECT_EQ(largest_useful_batch(make_workload(set)), 1U);
  set.groups[0].deadline = Duration::from_ns(50 * kMs);
  EXPECT_EQ(largest_useful_batch(make_workload(set)), 4U) << "three jobs of a task";
  set.groups[0].arrival.kind = ArrivalKind::kPoisson;
  EXPECT_EQ(largest_useful_batch(make_workload(set)), 32U);
  set.groups = {group("shared", "small_cnn", 9, 20)};
  EXPECT_EQ(largest_useful_batch(make_workload(set)), 16U);
  set.groups[0].count = 90;
  EXPECT_EQ(largest_useful_batch(make_workload(set)), 32U);
}

// A run of the policy that chooses the size of each batch.
class SizingPolicy : public ::testing::Test {
 protected:
  SizingPolicy() {
    config_.policy = "daris-batched";
    config_.contexts = 2;
  }

  Json run() { return world_.run(config_); }
  void refuse_above(std::uint32_t largest) {
    world_.backend->refuses = [largest](const LiveWork& work) { return work.batches.back() > largest; };
  }

  PlainWorld world_;
  RunConfig config_ = testing::small_cnn_run(150);
};

TEST_F(SizingPolicy, HasAllSizesUnlessALimitIsGiven) {
  const Json point = run();
  EXPECT_THAT(point["batch_limits"], ElementsAre(16)) << world_.error;
  ASSERT_THAT(world_.backend->batches_made, SizeIs(1)) << "nothing is tried before";
  EXPECT_THAT(world_.backend->batches_made[0], ElementsAre(1, 2, 4, 8, 16))
      << "no more than 12 jobs wait in time";
  EXPECT_THAT(testing::warnings_of(point), IsEmpty());
  config_.batch_limit = 8;
  EXPECT_THAT(run()["batch_limits"], ElementsAre(8)) << world_.error;
}

TEST_F(SizingPolicy, RunsStagesOfBatches) {
  const Status staged = set_switch(config_.switches, "staging", "on");
  ASSERT_TRUE(staged.ok());
  config_.given_switches = {"staging"};
  const Json point = run();
  EXPECT_THAT(point["batch_limits"], ElementsAre(16)) << world_.error;
  EXPECT_THAT(world_.backend->made, ElementsAre(true));
  EXPECT_GT(point["results"]["levels"][0]["completed"], 0);
}

TEST_F(SizingPolicy, LeavesTheLargestSizesOutUntilTheRestFits) {
  refuse_above(4);
  const Json point = run();
  EXPECT_THAT(point["batch_limits"], ElementsAre(4)) << world_.error;
  ASSERT_THAT(testing::warnings_of(point), SizeIs(1));
  EXPECT_THAT(testing::warnings_of(point)[0], AllOf(HasSubstr("batches of more than 4 inputs were left out"),
                                                    HasSubstr("memory is too small")));
  EXPECT_EQ(world_.backend->forgotten, 2U) << "what was set up halfway goes each time: 16 and 8";
}

TEST_F(SizingPolicy, BeginsTheNextReplicationWithWhatFits) {
  refuse_above(8);
  config_.replications = 2;
  const Json done = world_.run_in_sweep(config_);
  EXPECT_EQ(world_.backend->forgotten, 1U);
  EXPECT_THAT(testing::warnings_of(done), SizeIs(1));
}

TEST_F(SizingPolicy, FailsIfNotEvenTheJobsFit) {
  refuse_above(0);
  run();
  EXPECT_THAT(world_.error, HasSubstr("the GPU's memory is too small"));
}

}  // namespace
}  // namespace daris
