#include "runtime/live_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "policy/registry.h"
#include "policy/schedule.h"
#include "runtime/core_pin.h"
#include "tests/runtime/fake_machine.h"

namespace daris {
namespace {

using testing::at_ns;
using testing::FakeMachine;
using testing::for_ns;

Release job(std::int64_t at, std::uint32_t task, std::uint32_t ordinal) {
  return {at_ns(at), JobId{ordinal, TaskId(task)}};
}

// One line a step: its time, its events, its launches.
class Transcript final : public Observer {
 public:
  void on_step(const Step& step) override {
    text += std::to_string(step.now.ns());
    for (const Event& event : step.events) std::visit([this](const auto& one) { write(one); }, event);
    for (const Decision& decision : step.decisions) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) write(*launch);
    }
    text += "\n";
    stages.insert(stages.end(), step.stages.begin(), step.stages.end());
  }
  void on_end(Time at) override { end = at; }

  std::string text;
  std::vector<StageMeasurement> stages;
  Time end;

 private:
  static std::string name(JobId job) {
    return std::to_string(job.task.value()) + "." + std::to_string(job.ordinal);
  }
  void write(const ContextLost& lost) { text += " lost " + std::to_string(lost.context.value()); }
  void write(const LaunchFailed& failed) { text += " failed " + std::to_string(failed.slot.value()); }
  void write(const StageFinished& finished) { text += " finished " + std::to_string(finished.slot.value()); }
  void write(const JobReleased& released) { text += " released " + name(released.job); }
  void write(const TimerFired& timer) { text += " timer " + std::to_string(timer.timer.value()); }
  void write(const LaunchStage& launch) {
    text += " -> " + name(launch.jobs.front()) + " stage " + std::to_string(launch.stage.value()) + " in " +
            std::to_string(launch.slot.value());
  }
};

struct World {
  explicit World(std::uint32_t contexts, std::uint32_t streams = 1, std::uint32_t tasks = 3,
                 std::uint32_t stages = 1)
      : machine(contexts, streams) {
    setup.contexts = contexts;
    setup.streams = streams;
    for (std::uint32_t task = 0; task < tasks; ++task) {
      TaskSetup told;
      told.period = told.relative_deadline = for_ns(1'000);
      told.stage_estimates.assign(stages, for_ns(100));
      setup.tasks.push_back(told);
    }
    run.policy_setup = &setup;
    run.window_end = at_ns(1'000);
    run.stage_limits = HangLimits::fixed(for_ns(400));
  }

  LiveRunOutcome go(const std::string& policy_name = "daris") {
    policy = make_policy(policy_name, setup).value();
    run.releases = releases;
    Observer* const observer = &seen;
    StepRecorder recorder({&observer, 1});
    return live_run(run, *policy, machine, machine, recorder);
  }

  FakeMachine machine;
  PolicySetup setup;
  ReleaseList releases;
  LiveRunSetup run;
  std::unique_ptr<Policy> policy;
  Transcript seen;
};

TEST(LiveRun, RunsAJobFromReleaseToEnd) {
  World world(1, 1, 1, 2);
  world.releases = {job(20, 0, 0)};
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(world.seen.text,
            "20 released 0.0 -> 0.0 stage 0 in 0\n120 finished 0 -> 0.0 stage 1 in 0\n220 finished 0\n");
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_EQ(world.seen.end, at_ns(1'000)) << "nothing was open at the end of the window";
  EXPECT_EQ(outcome.end, world.seen.end);
  EXPECT_TRUE(outcome.drained);
  EXPECT_EQ(world.machine.drains, 1);
  ASSERT_EQ(world.seen.stages.size(), 2U);
  EXPECT_EQ(world.seen.stages[0].started, at_ns(20));
  EXPECT_EQ(world.seen.stages[0].execution, for_ns(100));
  EXPECT_EQ(world.seen.stages[0].estimate_afet, for_ns(100));
}

TEST(LiveRun, TellsTheTimeAloneOfEachStage) {
  World world(1, 1, 2, 2);
  world.releases = {job(20, 1, 0)};
  const std::vector<std::vector<Duration>> alone{{for_ns(1), for_ns(2)}, {for_ns(3), for_ns(4)}};
  world.run.alone_times = alone;
  (void)world.go();
  ASSERT_EQ(world.seen.stages.size(), 2U);
  EXPECT_EQ(world.seen.stages[0].alone, for_ns(3));
  EXPECT_EQ(world.seen.stages[1].alone, for_ns(4));
}

TEST(LiveRun, TellsTheExecutorWhichJobsWereAdmitted) {
  World world(1, 1, 2);
  world.setup.tasks[1].level = 1;
  world.setup.tasks[1].stage_estimates = {for_ns(950)};  // more than task 0 leaves of the slot
  world.releases = {job(20, 0, 0), job(30, 1, 0)};
  (void)world.go();
  EXPECT_EQ(world.machine.admitted_jobs, (std::vector<JobId>{world.releases[0].job}));
}

TEST(LiveRun, GivesAllThatOnePollBringsInOneStepInOrder) {
  World world(3);
  world.releases = {job(0, 0, 0), job(0, 1, 0), job(0, 2, 0), job(100, 1, 1), job(100, 0, 1)};
  world.machine.losses = {{at_ns(100), ContextId(2)}};
  (void)world.go();
  EXPECT_EQ(world.seen.text.substr(world.seen.text.find("\n100") + 1).substr(0, 58),
            "100 lost 2 finished 0 finished 1 released 0.1 released 1.1");
}

TEST(LiveRun, OrdersReleasesOfOnePollByJob) {
  World world(1);
  world.machine.overslept_ns = 50;  // the first wait ends after both releases
  world.releases = {job(10, 2, 0), job(20, 1, 0)};
  (void)world.go();
  EXPECT_EQ(world.seen.text.substr(0, world.seen.text.find(" ->")), "60 released 1.0 released 2.0");
}

// However late each wait ends, the next release is due at its own nominal instant.
TEST(LiveRun, DoesNotDrift) {
  World world(1, 1, 1);
  world.run.window_begin = at_ns(1);
  world.run.window_end = at_ns(1'000'000);
  world.machine.overslept_ns = 7;
  world.machine.takes = [](const LaunchStage&) { return for_ns(10); };
  for (std::uint32_t i = 0; i < 900; ++i) world.releases.push_back(job(1'000 * std::int64_t{i} + 500, 0, i));
  const LiveRunOutcome outcome = world.go();
  const Histogram& lateness = outcome.figures.release_lateness_ns;
  EXPECT_EQ(lateness.count(), 900U);
  EXPECT_EQ(lateness.largest(), 7U);
  EXPECT_EQ(world.machine.launched.size(), 900U);
  EXPECT_EQ(world.machine.launched.back().at, at_ns(899'507));
}

TEST(LiveRun, ReleasesEveryCountedJobHoweverLongTheThreadStandsStill) {
  World world(1, 1, 1);
  world.machine.overslept_ns = 50'000;
  world.releases = {job(20, 0, 0), job(500, 0, 1), job(1'000, 0, 2)};
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_EQ(world.seen.text.substr(0, world.seen.text.find(" ->")),
            "50020 released 0.0 released 0.1 released 0.2");
}

// The machine's clock goes on only while the loop waits, so idle turns take all the time there is.
TEST(LiveRun, MeasuresTurnsThatBringNothing) {
  World world(1, 1, 1);
  world.run.window_begin = at_ns(10);
  world.run.window_end = at_ns(500);
  world.machine.overslept_ns = 3;
  world.run.core = allowed_cores().front();
  world.releases = {job(20, 0, 0)};
  const LiveRunOutcome outcome = world.go();
  const Histogram& turns = outcome.figures.idle_turn_ns;
  EXPECT_GE(turns.count(), 2U);
  // The turn from 0 to 23 began before the window.
  EXPECT_EQ(turns.sum(), static_cast<std::uint64_t>((world.machine.now() - at_ns(23)).ns()));
}

// Collects the gaps that it is told of.
class GapKeeper final : public Observer {
 public:
  void on_step(const Step& step) override { gaps.insert(gaps.end(), step.gaps.begin(), step.gaps.end()); }
  void on_end(Time) override {}
  std::vector<HostGap> gaps;
};

struct Watched {
  std::vector<HostGap> gaps;
  RuntimeFigures figures;
};

// One job of 100 ns, and one at 180 us, by a thread that polls every 100 ns.
Watched watch_gaps(World& world) {
  world.machine.wait_ns_max = 100;
  world.run.window_begin = at_ns(10'000);
  world.run.window_end = at_ns(200'000);
  world.run.stage_limits = HangLimits::fixed(for_ns(1'000'000'000));
  world.releases = {job(20, 0, 0), job(180'000, 0, 1)};
  world.policy = make_policy("daris", world.setup).value();
  world.run.releases = world.releases;
  GapKeeper keeper;
  Observer* const observer = &keeper;
  StepRecorder recorder({&observer, 1});
  const LiveRunOutcome outcome = live_run(world.run, *world.policy, world.machine, world.machine, recorder);
  return {keeper.gaps, outcome.figures};
}

TEST(LiveRun, SeesTimeThatTheHostTookFromItsThread) {
  World world(1, 1, 1);
  world.machine.stop = {at_ns(50'000), for_ns(70'000)};
  const Watched seen = watch_gaps(world);
  ASSERT_EQ(seen.gaps.size(), 1U);
  EXPECT_NEAR(static_cast<double>(seen.gaps[0].taken.ns()), 70'000, 100);
  EXPECT_NEAR(static_cast<double>(seen.gaps[0].begin().ns()), 50'000, 200);
  EXPECT_FALSE(seen.gaps[0].in_call);
  EXPECT_EQ(seen.figures.host_gap_ns.count(), 1U);
  EXPECT_EQ(seen.figures.host_gap_ns.sum(), static_cast<std::uint64_t>(seen.gaps[0].taken.ns()));
  EXPECT_EQ(seen.figures.host_gap_in_call_ns.count(), 0U);
}

TEST(LiveRun, SeesNoGapIfTheHostTakesNothing) {
  World world(1, 1, 1);
  EXPECT_TRUE(watch_gaps(world).gaps.empty());
}

TEST(LiveRun, CountsGapsOfTheWindowAlone) {
  World world(1, 1, 1);
  world.machine.stop = {at_ns(5'000), for_ns(70'000)};
  const Watched seen = watch_gaps(world);
  EXPECT_EQ(seen.gaps.size(), 1U) << "a job that is released before the window may end in it";
  EXPECT_EQ(seen.figures.host_gap_ns.count(), 0U);
}

TEST(LiveRun, TellsGapsInLaunchesApart) {
  World world(1, 1, 1);
  world.machine.launch_ns = 30'000;
  const Watched seen = watch_gaps(world);
  ASSERT_EQ(seen.gaps.size(), 2U);
  EXPECT_TRUE(seen.gaps[1].in_call);
  EXPECT_EQ(seen.figures.host_gap_in_call_ns.count(), 1U) << "the other launch came before the window";
}

std::shared_ptr<Schedule> three_jobs_in_slot_0() {
  auto schedule = std::make_shared<Schedule>();
  for (std::uint32_t ordinal = 0; ordinal < 3; ++ordinal) {
    const JobId id{ordinal, TaskId(0)};
    ScheduledJob scheduled;
    scheduled.id = id;
    scheduled.context = ContextId(0);
    schedule->jobs.push_back(scheduled);
    schedule->launches.push_back(
        {SlotId(0), StageIndex(0), 1, ordinal, 1, at_ns(100 * std::int64_t{ordinal})});
    schedule->launched_jobs.push_back(id);
  }
  return schedule;
}

// Every stage takes five times what it took when the schedule was recorded.
TEST(LiveRun, GoesOnUntilItsScheduleIsDone) {
  World world(1, 1, 1);
  world.setup.schedule = three_jobs_in_slot_0();
  world.run.stage_limits = HangLimits::fixed(for_ns(1'000));
  world.run.window_end = at_ns(300);
  world.setup.tasks[0].period = world.setup.tasks[0].relative_deadline = for_ns(100);
  world.machine.takes = [](const LaunchStage&) { return for_ns(500); };
  world.releases = {job(0, 0, 0), job(100, 0, 1), job(200, 0, 2)};
  const LiveRunOutcome outcome = world.go("scripted");
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_EQ(world.seen.stages.size(), 3U);
  EXPECT_EQ(outcome.end, at_ns(1'500));
}

TEST(LiveRun, WaitsForAScheduleNoLongerThanTheLimit) {
  World world(1, 1, 1);
  world.setup.schedule = three_jobs_in_slot_0();
  world.run.window_end = at_ns(300);
  world.run.stage_limits = HangLimits::fixed(for_ns(100'000));
  world.run.schedule_limit = for_ns(5'000);
  world.setup.tasks[0].period = world.setup.tasks[0].relative_deadline = for_ns(100);
  world.machine.takes = [](const LaunchStage&) { return for_ns(50'000); };
  world.releases = {job(0, 0, 0), job(100, 0, 1), job(200, 0, 2)};
  const LiveRunOutcome outcome = world.go("scripted");
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(world.seen.stages.empty());
  EXPECT_GT(world.machine.now(), at_ns(5'300));
  EXPECT_LT(world.machine.now(), at_ns(50'000));
}

TEST(LiveRun, DoesNotWaitForWhatCanNotBeExecuted) {
  for (const bool refused : {false, true}) {
    World world(1, 1, 1);
    world.setup.schedule = three_jobs_in_slot_0();
    world.run.window_end = at_ns(300);
    world.setup.tasks[0].period = world.setup.tasks[0].relative_deadline = for_ns(100);
    world.releases = {job(0, 0, 0), job(100, 0, 1)};
    if (refused) {
      world.releases.push_back(job(200, 0, 2));
      world.machine.refuses = [](const LaunchStage& launch) {
        return launch.jobs.front().ordinal == 2 ? std::optional(LaunchFailure::kOutOfMemory) : std::nullopt;
      };
    }
    const LiveRunOutcome outcome = world.go("scripted");
    EXPECT_EQ(outcome.how, RunEnd::kDone);
    EXPECT_EQ(world.seen.stages.size(), 2U);
    EXPECT_LT(world.machine.now(), at_ns(1'000)) << "refused: " << refused;
  }
}

TEST(LiveRun, TellsAPolicyOfALaunchThatWasRefused) {
  World world(1, 1, 2);
  world.releases = {job(10, 0, 0), job(300, 1, 0)};
  world.machine.refuses = [](const LaunchStage& launch) {
    return launch.jobs.front().task == TaskId(0) ? std::optional(LaunchFailure::kOutOfMemory) : std::nullopt;
  };
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(world.seen.text,
            "10 released 0.0 -> 0.0 stage 0 in 0\n10 failed 0\n300 released 1.0 -> 1.0 stage 0 in 0\n400 "
            "finished 0\n");
  EXPECT_EQ(world.machine.dropped, std::vector<JobId>{(JobId{0, TaskId(0)})});
  EXPECT_EQ(outcome.how, RunEnd::kDone);
}

TEST(LiveRun, GoesOnInTheContextsThatAreLeft) {
  World world(2, 1, 2);
  world.releases = {job(0, 0, 0), job(0, 1, 0), job(200, 0, 1), job(200, 1, 1)};
  world.machine.losses = {{at_ns(50), ContextId(0)}};
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(outcome.lost, std::vector<ContextId>{ContextId(0)});
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  for (const FakeMachine::Launched& launch : world.machine.launched) {
    EXPECT_TRUE(launch.at <= at_ns(50) || launch.slot == SlotId(1));
  }
  EXPECT_EQ(world.machine.launched.size(), 4U);
}

TEST(LiveRun, GivesUpAContextWhoseStageHangs) {
  World world(2, 1, 2);
  world.releases = {job(0, 0, 0), job(0, 1, 0), job(600, 0, 1)};
  world.machine.hangs = [](const LaunchStage& launch) { return launch.slot == SlotId(0); };
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(world.machine.abandoned, std::vector<ContextId>{ContextId(0)});
  EXPECT_EQ(outcome.lost, std::vector<ContextId>{ContextId(0)});
  const std::size_t noticed = world.seen.text.find(" lost 0");
  ASSERT_NE(noticed, std::string::npos);
  EXPECT_EQ(world.machine.launched.back().slot, SlotId(1));
  EXPECT_EQ(world.machine.launched.back().at, at_ns(600));
}

TEST(LiveRun, GivesUpTheContextsThatAreToBeLost) {
  World world(2, 1, 2);
  world.releases = {job(0, 0, 0), job(0, 1, 0), job(200, 0, 1), job(200, 1, 1)};
  const std::vector<ContextLoss> losses{{at_ns(50), ContextId(0)}};
  world.run.losses = losses;
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(world.machine.abandoned, std::vector<ContextId>{ContextId(0)});
  EXPECT_EQ(outcome.lost, std::vector<ContextId>{ContextId(0)});
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_NE(world.seen.text.find("50 lost 0"), std::string::npos) << world.seen.text;
  for (const FakeMachine::Launched& launch : world.machine.launched) {
    EXPECT_TRUE(launch.at < at_ns(50) || launch.slot == SlotId(1));
  }
}

TEST(LiveRun, TellsOfReleasesLate) {
  World world(1, 1, 1);
  world.releases = {job(10, 0, 0), job(20, 0, 1), job(450, 0, 2)};
  const std::vector<LateReleases> late{{at_ns(15), at_ns(300), std::nullopt}};
  world.run.late_releases = late;
  world.run.window_begin = at_ns(1);
  const LiveRunOutcome outcome = world.go();
  EXPECT_NE(world.seen.text.find("10 released 0.0"), std::string::npos) << world.seen.text;
  EXPECT_NE(world.seen.text.find("300 released 0.1"), std::string::npos) << world.seen.text;
  EXPECT_NE(world.seen.text.find("450 released 0.2"), std::string::npos) << world.seen.text;
  EXPECT_EQ(outcome.figures.release_lateness_ns.largest(), 0U)
      << "what an injection holds back is not the host's";
}

// The user may stop the program, or its machine may be moved. A stage that has ended meanwhile has not hung.
TEST(LiveRun, GivesNothingUpBecauseItStoodStill) {
  World world(2, 1, 2);
  world.run.window_end = at_ns(100'000);
  for (std::uint32_t i = 0; i < 9; ++i) world.releases.push_back(job(10'000 * std::int64_t{i}, 0, i));
  world.machine.overslept_ns = 5'000;
  const LiveRunOutcome outcome = world.go();
  EXPECT_TRUE(outcome.lost.empty());
  EXPECT_EQ(world.seen.stages.size(), 9U);
}

TEST(LiveRun, EndsWhereEveryContextIsLost) {
  World world(1);
  world.releases = {job(0, 0, 0)};
  world.machine.losses = {{at_ns(50), ContextId(0)}};
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(outcome.how, RunEnd::kNoContext);
  EXPECT_EQ(outcome.end, at_ns(50));
  EXPECT_EQ(world.seen.end, at_ns(50));
}

TEST(LiveRun, StopsWhenItIsTold) {
  World world(1, 1, 1);
  for (std::uint32_t i = 0; i < 9; ++i) world.releases.push_back(job(100 * std::int64_t{i}, 0, i));
  world.run.stopped = [&] { return world.machine.now() >= at_ns(350); };
  const LiveRunOutcome outcome = world.go();
  EXPECT_EQ(outcome.how, RunEnd::kStopped);
  EXPECT_LT(outcome.end, at_ns(500));
  EXPECT_EQ(world.machine.drains, 1);
}

TEST(LiveRun, WaitsForTimersOfThePolicy) {
  World world(1, 1, 2);
  world.setup.batch_groups = {{2, {{1, for_ns(100)}, {2, for_ns(150)}}}};
  world.releases = {job(0, 0, 0), job(200, 1, 0)};
  (void)world.go("batching");
  EXPECT_NE(world.seen.text.find("finished"), std::string::npos);
  std::size_t jobs = 0;
  for (const FakeMachine::Launched& launch : world.machine.launched) jobs += launch.jobs.size();
  EXPECT_EQ(jobs, 2U);
}

}  // namespace
}  // namespace daris
