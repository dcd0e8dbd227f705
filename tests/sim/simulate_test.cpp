#include "sim/simulate.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "policy/registry.h"
#include "tests/sim/greedy_world.h"
#include "tests/sim/test_random.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

TEST(Simulate, RunsAJobFromReleaseToEnd) {
  World run = one_slot(100, 500);
  run.list = releases({job(20, 0, 0)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "20 released 0.0\n120 finished 0 in 100\n");
  EXPECT_EQ(seen.end, at_ns(1000));
  EXPECT_EQ(seen.ends, 1);
}

World two_contexts_on_one_queue() {
  World run;
  run.gpu = toy_gpu(2, 1, disjoint_geometry(2));
  run.gpu.queue_of_slot = {0, 0};
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.list = releases({job(0, 0, 0), job(10, 0, 1)});
  return run;
}

// The wait is part of the time, since the host can't tell it from execution.
TEST(Simulate, LetsSlotsOfOneHardwareQueueRunOneAfterTheOther) {
  const RecordingObserver seen = two_contexts_on_one_queue().observe();
  EXPECT_EQ(seen.text, "0 released 0.0\n10 released 0.1\n100 finished 0 in 100\n200 finished 1 in 190\n");
}

TEST(Simulate, FreesTheHardwareQueueOfALostContext) {
  World run = two_contexts_on_one_queue();
  run.losses = {{at_ns(40), ContextId(0)}};
  EXPECT_NE(run.observe().text.find("140 finished 1 in 130\n"), std::string::npos);
  run.losses = {{at_ns(40), ContextId(1)}};  // what waits there is gone, what runs goes on
  const std::string text = run.observe().text;
  EXPECT_NE(text.find("100 finished 0 in 100\n"), std::string::npos);
  EXPECT_EQ(text.find("finished 1"), std::string::npos);
}

TEST(Simulate, WithoutReleasesEndsAtTheEndOfTheWindow) {
  const RecordingObserver seen = one_slot(100, 500).observe();
  EXPECT_EQ(seen.text, "");
  EXPECT_EQ(seen.end, at_ns(1000));
}

TEST(Simulate, ModelsTheHostAroundTheExecution) {
  World run = one_slot(100, 500);
  run.list = releases({job(20, 0, 0)});
  run.latencies = {for_ns(3), for_ns(4)};
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "20 released 0.0\n127 finished 0 in 100\n");
  EXPECT_EQ(seen.rows[1].stages[0].started, at_ns(23));
  EXPECT_EQ(seen.rows[1].stages[0].execution, for_ns(100));
}

TEST(Simulate, AStageMayHaveAGapOfItsOwnBeforeItExecutes) {
  World run;
  run.gpu = toy_gpu(1, 1, shared_geometry(1));
  StageCost cost = takes(100);
  cost.gap_ns = 6;
  add_task(run.gpu, {cost});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.latencies = {for_ns(3), for_ns(4)};
  run.list = releases({job(20, 0, 0)});
  EXPECT_EQ(run.observe().text, "20 released 0.0\n133 finished 0 in 100\n");
}

TEST(Simulate, LoadsTheGpuOnlyWhileAStageExecutes) {
  // The second stage is launched while the first executes, and the first is not yet noticed when it ends.
  // Neither slows.
  World run;
  run.gpu = toy_gpu(1, 2, shared_geometry(1));
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.latencies = {for_ns(50), for_ns(30)};
  run.list = releases({job(0, 0, 0), job(100, 0, 1)});
  EXPECT_EQ(run.observe().text,
            "0 released 0.0\n100 released 0.1\n180 finished 0 in 100\n280 finished 1 in 100\n");
}

TEST(Simulate, SlowsWhatRunsTogetherAndMeasuresIt) {
  World run;
  run.gpu = toy_gpu(1, 2, shared_geometry(1));
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.list = releases({job(0, 0, 0), job(50, 0, 1)});
  const RecordingObserver seen = run.observe();
  // Alone for 50, then two at half speed: 50 left take 100; the second has 50 left then and is alone again.
  EXPECT_EQ(seen.text, "0 released 0.0\n50 released 0.1\n150 finished 0 in 150\n200 finished 1 in 150\n");
  EXPECT_EQ(seen.rows[2].stages[0].alone, for_ns(100));
  EXPECT_EQ(seen.rows[2].stages[0].execution, for_ns(150));
}

TEST(Simulate, RoundsEachEndOnce) {
  World run = one_slot(100.4, 500);
  run.list = releases({job(0, 0, 0), job(0, 0, 1), job(0, 0, 2)});
  EXPECT_EQ(run.observe().text,
            "0 released 0.0 released 0.1 released 0.2\n100 finished 0 in 100\n200 finished 0 in 100\n300 "
            "finished 0 in "
            "100\n");
}

TEST(Simulate, AStageTakesAtLeastANanosecond) {
  World run = one_slot(0.01, 500);
  run.list = releases({job(7, 0, 0)});
  EXPECT_EQ(run.observe().text, "7 released 0.0\n8 finished 0 in 1\n");
}

TEST(Simulate, GivesAllEventsOfAnInstantInOneStepInOrder) {
  World run;
  run.gpu = toy_gpu(3, 1, disjoint_geometry(3));
  add_task(run.gpu, {takes(100)});
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.list = releases({job(0, 0, 0), job(0, 1, 0), job(0, 0, 1), job(100, 0, 2), job(100, 1, 1)});
  run.losses = {{at_ns(100), ContextId(1)}};
  Greedy greedy(run.setup);
  FunctionPolicy policy(run.setup, [&](Time now, auto events, auto& decisions) {
    for (const Decision& decision : greedy.policy().step(now, events)) decisions.push_back(decision);
    if (now == at_ns(0)) {
      decisions.emplace_back(SetTimer{TimerId(5), at_ns(100)});
      decisions.emplace_back(SetTimer{TimerId(1), at_ns(100)});
    }
  });
  const std::string text = run.observe(policy).text;
  EXPECT_EQ(text.substr(0, text.find("200")),
            "0 released 0.0 released 1.0 released 0.1\n"
            "100 lost 1 finished 0 in 100 finished 2 in 100 released 0.2 released 1.1 timer 1 timer 5\n");
}

// A level-0 job that is released when a slot falls free is in the same step as the stage's end. It beats a
// waiting job of level 1.
TEST(Simulate, AReleaseOfLevel0NeverLosesToAFinishOfTheSameInstant) {
  World run = one_slot(100, 5000);
  run.gpu.task_class.push_back(0);
  run.gpu.task_inputs.push_back(1);
  run.setup = toy_setup(run.gpu, for_ns(5000));
  run.setup.tasks[0].level = 1;
  run.setup.switches.admission = Admission::kNone;
  run.list = releases({job(0, 0, 0), job(10, 0, 1), job(100, 1, 0)});
  const auto policy = make_policy("daris", run.setup);
  ASSERT_TRUE(policy.ok());
  struct Launches final : Observer {
    void on_step(const Step& step) override {
      for (const Decision& decision : step.decisions) {
        const auto* launch = std::get_if<LaunchStage>(&decision);
        if (launch != nullptr) tasks.push_back(launch->jobs.front().task.value());
      }
    }
    void on_end(Time) override {}
    std::vector<std::uint32_t> tasks;
  } launches;
  Observer* const watching = &launches;
  simulate({&run.gpu, &run.setup, run.list, {}, run.measured_end, {}}, *policy.value(), {&watching, 1});
  EXPECT_EQ(launches.tasks, (std::vector<std::uint32_t>{0, 1, 0}));
}

TEST(Simulate, FiresMovesAndTakesBackTimers) {
  World run = one_slot(100, 500);
  run.list = releases({job(0, 0, 0)});
  FunctionPolicy policy(run.setup, [](Time now, auto, auto& decisions) {
    if (now == at_ns(0)) {
      decisions.emplace_back(SetTimer{TimerId(0), at_ns(40)});
      decisions.emplace_back(SetTimer{TimerId(1), at_ns(20)});
      decisions.emplace_back(SetTimer{TimerId(2), at_ns(90)});
      decisions.emplace_back(SetTimer{TimerId(0), at_ns(30)});
    }
    if (now == at_ns(20)) decisions.emplace_back(SetTimer{TimerId(2), Time::never()});
    if (now == at_ns(30)) decisions.emplace_back(SetTimer{TimerId(7), at_ns(5)});
  });
  EXPECT_EQ(run.observe(policy).text, "0 released 0.0\n20 timer 1\n30 timer 0\n31 timer 7\n");
}

TEST(Simulate, EndsWhenTheLastCountedJobCompletes) {
  World run = one_slot(300, 2000);
  run.list = releases({job(900, 0, 0), job(1000, 0, 1), job(1100, 0, 2)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "900 released 0.0\n1000 released 0.1\n1100 released 0.2\n1200 finished 0 in 300\n");
  EXPECT_EQ(seen.end, at_ns(1200));
}

TEST(Simulate, EndsWhenTheLastOpenCountedJobPassesItsDeadline) {
  World run = one_slot(300, 250);
  run.list = releases({job(900, 0, 0), job(1140, 0, 1)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "900 released 0.0\n1140 released 0.1\n");
  EXPECT_EQ(seen.end, at_ns(1150));
}

TEST(Simulate, CountsAnEndAtTheDeadlineItself) {
  World run = one_slot(300, 300);
  run.list = releases({job(900, 0, 0)});
  EXPECT_EQ(run.observe().text, "900 released 0.0\n1200 finished 0 in 300\n");
}

TEST(Simulate, DoesNotWaitForRejectedOrDroppedJobs) {
  World run = one_slot(300, 5000);
  run.list = releases({job(900, 0, 0), job(950, 0, 1)});
  FunctionPolicy policy(run.setup, [](Time now, auto, auto& decisions) {
    if (now == at_ns(900)) decisions.emplace_back(RejectJob{JobId{0, TaskId(0)}, RejectReason::kUtilization});
    if (now == at_ns(950)) decisions.emplace_back(DropJob{JobId{1, TaskId(0)}, DropReason::kCertainlyLate});
  });
  EXPECT_EQ(run.observe(policy).end, at_ns(1000));
}

TEST(Simulate, RunsTheStagesOfAJobAndSettlesItWithTheLast) {
  World run;
  run.gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(run.gpu, {takes(100), takes(200)});
  run.setup = toy_setup(run.gpu, for_ns(900));
  run.list = releases({job(950, 0, 0)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "950 released 0.0\n1050 finished 0 in 100\n1250 finished 0 in 200\n");
  EXPECT_EQ(seen.end, at_ns(1250));
}

TEST(Simulate, TellsTheEstimatesThatHeldAtTheLaunch) {
  World run = one_slot(100, 500);
  run.list = releases({job(0, 0, 0)});
  run.setup.tasks[0].stage_estimates = {for_ns(77)};
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.rows[1].stages[0].estimate_mret, for_ns(77));
  EXPECT_EQ(seen.rows[1].stages[0].estimate_afet, for_ns(77));
}

TEST(Simulate, RunsABatchInTheClassOfItsSize) {
  World run = one_slot(100, 500);
  GpuModel& gpu = run.gpu;
  gpu.batch_classes = {{{1, 0}, {4, gpu.add_class({takes(250)})}}};
  gpu.task_batch_group = {0};
  run.setup.batch_groups = {{4, {{1, for_ns(100)}, {4, for_ns(260)}}}};
  run.list = releases({job(0, 0, 0), job(0, 0, 1), job(0, 0, 2)});
  const std::vector<JobId> jobs{JobId{0, TaskId(0)}, JobId{1, TaskId(0)}, JobId{2, TaskId(0)}};
  FunctionPolicy policy(run.setup, [&](Time now, auto, auto& decisions) {
    if (now == at_ns(0)) decisions.emplace_back(LaunchStage{SlotId(0), StageIndex(0), 4, jobs});
  });
  const RecordingObserver seen = run.observe(policy);
  EXPECT_EQ(seen.text, "0 released 0.0 released 0.1 released 0.2\n250 finished 0 in 250\n");
  EXPECT_EQ(seen.rows[1].stages[0].alone, for_ns(250));
  EXPECT_EQ(seen.rows[1].stages[0].estimate_mret, for_ns(260));
}

TEST(Simulate, TakesALostContextOffTheGpu) {
  World run;
  run.gpu = toy_gpu(2, 1, shared_geometry(2));
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.list = releases({job(0, 0, 0), job(0, 0, 1)});
  run.losses = {{at_ns(100), ContextId(1)}};
  // Each is half done after 100 at half speed; then slot 0 is alone.
  EXPECT_EQ(run.observe().text, "0 released 0.0 released 0.1\n100 lost 1\n150 finished 0 in 150\n");
}

TEST(Simulate, TakesALostContextOffWhileItIsLaunchingOrNoticing) {
  for (const std::int64_t at : {5, 115}) {
    World run = one_slot(100, 500);
    run.latencies = {for_ns(10), for_ns(10)};
    run.list = releases({job(0, 0, 0)});
    run.losses = {{at_ns(at), ContextId(0)}};
    EXPECT_EQ(run.observe().text, "0 released 0.0\n" + std::to_string(at) + " lost 0\n");
  }
}

// What is launched inside the window takes longer, also if it ends after it.
TEST(Simulate, SlowsDownStagesThatAreLaunchedInAWindow) {
  World run = one_slot(100, 500);
  run.slowdowns = {{at_ns(0), at_ns(200), 2.5, std::nullopt}};
  run.list = releases({job(0, 0, 0), job(199, 0, 1), job(600, 0, 2)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text,
            "0 released 0.0\n199 released 0.1\n250 finished 0 in 250\n350 finished 0 in 100\n"
            "600 released 0.2\n700 finished 0 in 100\n");
  EXPECT_EQ(seen.rows[2].stages[0].alone, for_ns(100)) << "as it would be without";
}

TEST(Simulate, SlowsDownOneContextAlone) {
  World run;
  run.gpu = toy_gpu(2, 1, disjoint_geometry(2));
  add_task(run.gpu, {takes(100)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  run.list = releases({job(0, 0, 0), job(0, 0, 1)});
  run.slowdowns = {{at_ns(0), at_ns(1), 2, ContextId(1)}};
  EXPECT_EQ(run.observe().text,
            "0 released 0.0 released 0.1\n100 finished 0 in 100\n200 finished 1 in 200\n");
}

TEST(Simulate, TellsOfReleasesLate) {
  World run = one_slot(100, 500);
  run.late = {{at_ns(10), at_ns(50), std::nullopt}};
  run.list = releases({job(0, 0, 0), job(20, 0, 1), job(40, 0, 2)});
  EXPECT_EQ(run.observe().text.substr(0, 45), "0 released 0.0\n50 released 0.1 released 0.2\n1");
}

// A job that is told after its deadline, and after the end of the window, counts all the same. None is told
// later than the end and the longest deadline.
TEST(Simulate, GoesOnUntilEveryReleaseOfTheWindowWasTold) {
  World run = one_slot(100, 50);
  run.late = {{at_ns(990), at_ns(2000), Duration::from_ns(700)}};
  run.list = releases({job(995, 0, 0)});
  const RecordingObserver seen = run.observe();
  EXPECT_NE(seen.text.find("1050 released 0.0\n"), std::string::npos) << seen.text;
  EXPECT_EQ(seen.end, at_ns(1050));
}

TEST(SimulateDeathTest, RefusesASlotThatIsBusy) {
  World run = one_slot(100, 500);
  run.list = releases({job(0, 0, 0), job(10, 0, 1)});
  static const JobId first{0, TaskId(0)};
  FunctionPolicy policy(run.setup, [](Time, auto, auto& decisions) {
    decisions.emplace_back(LaunchStage{SlotId(0), StageIndex(0), 1, {&first, 1}});
  });
  EXPECT_DEATH(run.observe(policy), "kIdle");
}

TEST(SimulateDeathTest, RefusesABatchSizeThatItsGroupLacks) {
  World run = one_slot(100, 500);
  run.gpu.batch_classes = {{{2, 0}}};
  run.gpu.task_batch_group = {0};
  run.list = releases({job(0, 0, 0)});
  static const JobId first{0, TaskId(0)};
  FunctionPolicy policy(run.setup, [](Time, auto, auto& decisions) {
    decisions.emplace_back(LaunchStage{SlotId(0), StageIndex(0), 8, {&first, 1}});
  });
  EXPECT_DEATH(run.observe(policy), "batch size");
}

// A machine in which all that can vary does, run twice.
TEST(SimulateProperty, IsDeterministic) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    std::string texts[2];
    for (std::string& text : texts) {
      TestRandom random(seed);
      const std::uint32_t contexts = 1 + random.below(4);
      World run;
      run.gpu = toy_gpu(contexts, 1 + random.below(3),
                        random.below(2) == 0 ? shared_geometry(contexts) : disjoint_geometry(contexts));
      for (int task = 0; task < 5; ++task)
        add_task(run.gpu,
                 {takes(50 + 100 * random.unit(), to_quantum(random.unit(), kDemandQuantum)), takes(77)});
      run.setup = toy_setup(run.gpu, for_ns(400));
      run.latencies = {for_ns(random.below(3)), for_ns(random.below(5))};
      std::vector<std::uint32_t> ordinal(5, 0);
      std::int64_t at = 0;
      for (int released = 0; released < 100; ++released) {
        const std::uint32_t task = random.below(5);
        at += 1 + random.below(20);
        run.list.push_back(job(at, task, ordinal[task]++));
      }
      run.measured_end = at_ns(at + 1);
      text = run.observe().text;
    }
    ASSERT_EQ(texts[0], texts[1]) << "seed " << seed;
    ASSERT_NE(texts[0], "");
  }
}

}  // namespace
}  // namespace daris
