#include "drive/closed_loop_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace daris {
namespace {

PolicySetup two_slots(std::size_t stages = 1) {
  PolicySetup setup;
  setup.contexts = 2;
  TaskSetup task;
  task.stage_estimates.assign(stages, Duration::from_ns(10));
  setup.tasks = {task, task};
  return setup;
}

// Both contexts take the tasks in turn, unless it says otherwise.
ClosedLoopWork with_turns(ClosedLoopWork work) {
  const std::vector<TaskId> both{TaskId(0), TaskId(1)};
  if (work.turns.of_context.empty()) work.turns = one_turn(2, work.tasks.empty() ? both : work.tasks);
  return work;
}

// Ends every stage 10 ns after its launch, in lockstep, until nothing runs any more.
class Loop {
 public:
  explicit Loop(std::uint32_t measured, ClosedLoopWork work = {}, std::size_t stages = 1)
      : setup_(two_slots(stages)), plan_{with_turns(std::move(work)), 0, measured}, policy_(setup_, plan_) {
    step({JobReleased{{0, TaskId(0)}, Time()}});
    if (plan_.work.slots != 1) step({TimerFired{TimerId(1)}});
  }
  void step(const std::vector<Event>& events) {
    for (const Decision& decision : policy_.step(Time::from_ns(now_), events)) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) running_.push_back(launch->slot);
    }
  }
  void finish_all() {
    now_ += 10;
    std::vector<Event> events;
    for (const SlotId slot : running_) events.emplace_back(StageFinished{slot, Duration::from_ns(10)});
    running_.clear();
    step(events);
  }
  [[nodiscard]] const ClosedLoopPolicy& policy() const { return policy_; }
  [[nodiscard]] std::size_t running() const { return running_.size(); }

 private:
  PolicySetup setup_;
  ClosedLoopPlan plan_;
  ClosedLoopPolicy policy_;
  std::int64_t now_ = 0;
  std::vector<SlotId> running_;
};

TEST(ClosedLoopPolicy, RunsEverySlotUntilAllJobsAreDone) {
  Loop loop(4);
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(loop.policy().finished());
    EXPECT_EQ(loop.running(), 2U);
    loop.finish_all();
  }
  ASSERT_TRUE(loop.policy().finished());
  EXPECT_TRUE(loop.policy().result().complete);
  EXPECT_DOUBLE_EQ(loop.policy().result().stage_ns[0][0], 10);
}

TEST(ClosedLoopPolicy, LeavesSlotsIdleAndTasksOut) {
  Loop loop(4, {{}, {TaskId(1)}, 1});
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(loop.running(), 1U) << "the other slot's timer was never set";
    loop.finish_all();
  }
  ASSERT_TRUE(loop.policy().finished());
  const ClosedLoopResult result = loop.policy().result();
  EXPECT_TRUE(result.complete);
  EXPECT_TRUE(result.stage_ns[0].empty());
  EXPECT_DOUBLE_EQ(result.stage_ns[1][0], 10);
  EXPECT_EQ(result.measured.ns(), 30);
}

// The measured part ends with task 0's lap, when task 1 has done the first of its two stages.
TEST(ClosedLoopPolicy, HasNoTimesOfATaskThatWasMeasuredInPart) {
  Loop loop(1, {}, 2);
  while (!loop.policy().finished()) loop.finish_all();
  const ClosedLoopResult result = loop.policy().result();
  EXPECT_EQ(result.stage_ns[0], (std::vector<double>{10, 10}));
  EXPECT_TRUE(result.stage_ns[1].empty());
}

// Context 0 has a stream too, but takes task 0 alone.
TEST(ClosedLoopPolicy, TakesInEachContextTheTasksOfItsTurn) {
  const std::vector<std::vector<std::uint32_t>> levels{{0}, {0, 3}};
  const std::vector<std::uint32_t> level_of_task{0, 3};
  const std::vector<TaskId> tasks{TaskId(0), TaskId(1)};
  ClosedLoopWork work;
  work.turns = turns_by_level(levels, level_of_task, tasks);
  EXPECT_EQ(work.turns.tasks, (std::vector<std::vector<TaskId>>{{TaskId(0)}, tasks}));
  EXPECT_EQ(work.turns.of_context, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(task_alone(work.turns, TaskId(1)).of_context, (std::vector<std::uint32_t>{0, 1}));
  Loop loop(40, work);
  while (!loop.policy().finished()) loop.finish_all();
  EXPECT_TRUE(loop.policy().result().turns_measured);
  EXPECT_DOUBLE_EQ(loop.policy().result().stage_ns[1][0], 10);
  Loop too_short(4, work);
  while (!too_short.policy().finished()) too_short.finish_all();
  EXPECT_FALSE(too_short.policy().result().turns_measured);
}

TEST(ClosedLoopPolicy, StandsStillInAContextWithoutTasks) {
  ClosedLoopWork work;
  work.turns = task_alone(one_turn(2, {TaskId(0), TaskId(1)}), TaskId(1));
  Loop loop(8, work);
  EXPECT_EQ(loop.running(), 1U);
  while (!loop.policy().finished()) loop.finish_all();
  EXPECT_TRUE(loop.policy().result().complete);
  EXPECT_TRUE(loop.policy().result().stage_ns[0].empty());
}

TEST(ClosedLoopPolicy, ReleasesAllJobsThatItStartsInOrder) {
  PolicySetup setup = two_slots();
  setup.tasks[1].inputs = 3;
  const ClosedLoopPlan plan{with_turns({{}, {}, 0, 6}), 0, 4};
  const ReleaseList releases = closed_loop_releases(setup, plan);
  EXPECT_EQ(releases.size(), 3 * (6 + 2U)) << "six laps, in half of which six jobs run, in the others two";
  EXPECT_TRUE(std::is_sorted(releases.begin(), releases.end(),
                             [](const Release& a, const Release& b) { return a.job < b.job; }));
}

TEST(ClosedLoopPolicy, LeavesAloneWhatCantRunAndSaysSo) {
  Loop loop(4);
  loop.step({ContextLost{ContextId(0)}});
  loop.step({LaunchFailed{SlotId(1), LaunchFailure::kDeviceError}});
  ASSERT_TRUE(loop.policy().finished());
  EXPECT_FALSE(loop.policy().result().complete);
}

}  // namespace
}  // namespace daris
