// Tests the backend mps with workers that only pretend to have a GPU: what it does if they die, hang, refuse
// or fail.
#include "runtime/mps/mps_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "analysis/report/metrics.h"
#include "policy/decision.h"
#include "policy/registry.h"
#include "runtime/live_run.h"
#include "tests/runtime/cpu/small_workload.h"
#include "tests/runtime/mps/children.h"
#include "tests/runtime/mps/fake_gpu.h"
#include "workloads/policy_setup.h"

namespace daris {
namespace {

using testing::children_that_run;
using ::testing::ElementsAre;
using testing::FakeGpu;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::small_group;

constexpr std::int64_t kMs = 1'000'000;
const std::string kWorker = DARIS_FAKE_WORKER;

constexpr JobId job(std::uint32_t task, std::uint32_t ordinal = 0) { return {ordinal, TaskId(task)}; }

// Groups of one task each, in this order.
Workload workload_of(const std::vector<std::string>& names) {
  TaskSet set;
  set.name = "test";
  for (const std::string& name : names) set.groups.push_back(small_group(name, 1, 0, Weights::kShared));
  return make_workload(std::move(set));
}

class MpsTest : public ::testing::Test {
 protected:
  Result<LiveMachine> make(const Workload& workload, std::uint32_t contexts = 3, std::uint32_t streams = 2) {
    LiveWork work;
    work.workload = &workload;
    work.contexts = contexts;
    work.streams = streams;
    return gpu_.backend.make(work, clock_);
  }
  void set_up(const std::vector<std::string>& names) {
    machine_ = make(workload_of(names)).value();
    executor_ = machine_.executor.get();
  }

  void launch(std::uint32_t slot, std::uint32_t task, std::uint32_t stage = 0) {
    const std::vector<JobId> jobs = {job(task)};
    ASSERT_EQ(executor_->launch({SlotId(slot), StageIndex(stage), 1, jobs}), std::nullopt);
  }

  // The events that come within `limit`, or until `enough`.
  template <typename Enough>
  PolledEvents poll_until(const Enough& enough, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    PolledEvents polled;
    const auto give_up = std::chrono::steady_clock::now() + limit;
    while (!enough(polled) && std::chrono::steady_clock::now() < give_up) {
      executor_->poll(polled);
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
    return polled;
  }
  static bool any(const PolledEvents& polled) { return !polled.empty(); }
  [[nodiscard]] std::string notes() const {
    std::string all;
    for (const std::string& note : executor_->notes()) all += note + "\n";
    return all;
  }

  FakeGpu gpu_;
  std::shared_ptr<MonotonicClock> clock_ = std::make_shared<MonotonicClock>(IdleMode::kNap);
  LiveMachine machine_;
  LiveExecutor* executor_ = nullptr;
};

TEST_F(MpsTest, RunsStagesInTheSlotsOfItsWorkers) {
  set_up({"good", "other"});
  EXPECT_THAT(executor_->granted_sms(), ElementsAre(44, 44, 44));
  EXPECT_THAT(machine_.stages, ElementsAre(3, 3));
  EXPECT_THAT(machine_.context_memory_bytes, ElementsAre(1000, 1001, 1002)) << "as each worker says";
  for (std::uint32_t slot = 0; slot < 6; ++slot) launch(slot, 0);
  const PolledEvents polled = poll_until([](const PolledEvents& p) { return p.finished.size() == 6; });
  ASSERT_EQ(polled.finished.size(), 6U);
  for (const FinishedStage& finished : polled.finished) {
    EXPECT_GE(finished.execution, Duration::from_ns(300'000));
    EXPECT_GT(finished.handed_over, Duration());
    EXPECT_LE(finished.started + finished.execution, clock_->now());
  }
  EXPECT_TRUE(executor_->drain(Duration::from_ns(5'000 * kMs)));
  EXPECT_EQ(notes(), "");
}

TEST_F(MpsTest, KeepsWorkersForTheNextWorkloadOfTheShape) {
  set_up({"good"});
  const std::vector<pid_t> workers = children_that_run(kWorker);
  EXPECT_EQ(workers.size(), 3U);
  machine_.executor.reset();
  set_up({"good", "another", "third"});
  EXPECT_EQ(children_that_run(kWorker), workers);
  launch(5, 2);
  EXPECT_EQ(poll_until(any).finished.size(), 1U);
  machine_.executor.reset();
  machine_ = make(workload_of({"good"}), 2, 1).value();
  EXPECT_EQ(children_that_run(kWorker).size(), 2U);
}

TEST_F(MpsTest, TellsOfALongSetUpAndEndsItSoonOnceStopped) {
  const Workload workload = workload_of({"good", "takes long"});
  std::size_t captured = 0;
  std::size_t all = 0;
  LiveWork work;
  work.workload = &workload;
  work.contexts = 2;
  work.watch.captured = [&](std::size_t now, std::size_t of) {
    captured = now;
    all = of;
  };
  std::chrono::steady_clock::time_point stopped_at;
  work.watch.stopped = [&] {
    if (captured < 50) return false;
    stopped_at = std::chrono::steady_clock::now();
    return true;
  };
  const Result<LiveMachine> made = gpu_.backend.make(work, clock_);
  const auto took = std::chrono::steady_clock::now() - stopped_at;
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message, HasSubstr("interrupted while models and graphs were set up"));
  EXPECT_GE(captured, 50U);
  EXPECT_THAT(all, ::testing::AnyOf(6000U, 12000U)) << "of the workers that have said something";
  EXPECT_LT(took, std::chrono::seconds(2));
  EXPECT_TRUE(children_that_run(kWorker).empty());
}

TEST_F(MpsTest, StartsAnewWhereAWorkerDiedBetweenTwoRuns) {
  set_up({"good"});
  machine_.executor.reset();
  kill(children_that_run(kWorker)[2], SIGKILL);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  set_up({"good"});
  launch(5, 0);
  EXPECT_EQ(poll_until(any).finished.size(), 1U);
}

TEST_F(MpsTest, ALaunchThatFailsComesBackAndItsSlotIsFree) {
  set_up({"good", "refused"});
  launch(2, 1);
  const PolledEvents polled = poll_until(any);
  EXPECT_THAT(polled.failed, ElementsAre(LaunchFailed{SlotId(2), LaunchFailure::kOutOfMemory}));
  executor_->drop(job(1));
  launch(2, 0);
  EXPECT_EQ(poll_until(any).finished.size(), 1U);
}

TEST_F(MpsTest, AWorkerThatIsKilledIsNoticedAndTheOthersGoOn) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    set_up({"good"});
    launch(2, 0);
    const auto killed = std::chrono::steady_clock::now();
    kill(children_that_run(kWorker)[1], SIGKILL);
    const PolledEvents polled = poll_until([](const PolledEvents& p) { return !p.lost.empty(); });
    EXPECT_LT(std::chrono::steady_clock::now() - killed, std::chrono::milliseconds(100));
    EXPECT_THAT(polled.lost, ElementsAre(ContextLost{ContextId(1)}));
    poll_until([&](const PolledEvents&) { return executor_->notes().size() > 1; });
    EXPECT_THAT(notes(), HasSubstr("context 1: its worker ended: "));
    EXPECT_THAT(notes(), HasSubstr("probes in the 2 other workers succeeded"));
    launch(0, 0);
    launch(5, 0);
    const PolledEvents after = poll_until([](const PolledEvents& p) { return p.finished.size() == 2; });
    EXPECT_EQ(after.finished.size(), 2U);
    EXPECT_TRUE(executor_->drain(Duration::from_ns(5'000 * kMs)));
    machine_.executor.reset();
  }
}

TEST_F(MpsTest, WhereAnotherWorkerDoesNotAnswerAllContextsAreLost) {
  set_up({"good", "dies", "mute"});
  launch(0, 2);
  ASSERT_EQ(poll_until(any).finished.size(), 1U);
  launch(2, 1);
  const PolledEvents polled = poll_until([](const PolledEvents& p) { return p.lost.size() == 3; });
  EXPECT_THAT(polled.lost,
              ElementsAre(ContextLost{ContextId(1)}, ContextLost{ContextId(0)}, ContextLost{ContextId(2)}));
  EXPECT_THAT(notes(), HasSubstr("context 0: its worker did not answer a probe within 1000 ms"));
  EXPECT_TRUE(executor_->drain(Duration::from_ns(5'000 * kMs)));
}

TEST_F(MpsTest, AFaultSaysWhyAWorkerEnded) {
  set_up({"good", "fault"});
  launch(4, 1);
  const PolledEvents polled = poll_until([](const PolledEvents& p) { return !p.lost.empty(); });
  EXPECT_THAT(polled.lost, ElementsAre(ContextLost{ContextId(2)}));
  EXPECT_THAT(notes(), HasSubstr("context 2: its worker ended: an illegal memory access"));
}

TEST_F(MpsTest, AWorkerThatIsGivenUpIsTerminatedFirstAndNothingMoreComesOfIt) {
  set_up({"good", "hangs"});
  launch(2, 1);
  launch(3, 0);
  const pid_t hung = children_that_run(kWorker)[1];
  kill(hung, SIGSTOP);
  executor_->abandon(ContextId(1));
  launch(0, 0);
  const PolledEvents polled = poll_until([](const PolledEvents& p) { return p.finished.size() == 1; });
  ASSERT_EQ(polled.finished.size(), 1U);
  EXPECT_EQ(polled.finished[0].slot, SlotId(0));
  EXPECT_THAT(polled.lost, IsEmpty());
  EXPECT_TRUE(executor_->drain(Duration::from_ns(10'000 * kMs)));
  EXPECT_THAT(gpu_.control.asked(), HasSubstr(" " + std::to_string(hung) + "\n"));
  EXPECT_THAT(gpu_.control.asked(), Not(HasSubstr("state T")))
      << "a stopped one must go on to let go of the GPU";
  EXPECT_EQ(children_that_run(kWorker).size(), 2U);
  EXPECT_THAT(notes(), HasSubstr("context 1: a stage hung, and its worker was removed"));
  // The next run is told anew.
  EXPECT_THAT(poll_until(any).lost, ElementsAre(ContextLost{ContextId(1)}));
}

TEST_F(MpsTest, WhatCanNotBeSetUpSaysWhyAndLeavesNothing) {
  const Result<LiveMachine> made = make(workload_of({"no memory"}));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message, "backend mps: the worker of context 0: the GPU's memory is too small");
  EXPECT_THAT(children_that_run(kWorker), IsEmpty());
  const Result<LiveMachine> other = make(workload_of({"ends at once"}));
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("it ended while it was set up: exit status 1"));
}

TEST_F(MpsTest, GrantsSharesOfTheWholeGpuWhereItIsConfined) {
  LiveWork work;
  work.contexts = 2;
  work.sms = 64;
  const Workload workload = workload_of({"good"});
  work.workload = &workload;
  machine_ = gpu_.backend.make(work, clock_).value();
  EXPECT_THAT(machine_.executor->granted_sms(), ElementsAre(32, 32));
  work.contexts = 49;
  work.oversubscription_milli = 2000;
  EXPECT_THAT(gpu_.backend.check(work).error().message, HasSubstr("at most 48"));
  work.contexts = 2;
  work.sms = 133;
  EXPECT_THAT(gpu_.backend.check(work).error().message, HasSubstr("sms: 133"));
}

// A whole run in which a worker is killed: what was counted adds up.
TEST_F(MpsTest, ARunGoesOnWithoutAKilledWorkerAndItsCountsAddUp) {
  const Workload workload = testing::small_workload();
  machine_ = make(workload).value();
  executor_ = machine_.executor.get();
  std::vector<std::vector<Duration>> estimates(workload.tasks.size(), {3, Duration::from_ns(kMs / 2)});
  const PolicySetup setup = make_policy_setup(workload, 3, 2, std::move(estimates), {}, {}, 0);
  const std::unique_ptr<Policy> policy = make_policy("daris", setup).value();
  LiveRunSetup live;
  live.policy_setup = &setup;
  live.window_end = Time::from_ns(400 * kMs);
  const ReleaseList releases = make_releases(workload, 1, 0, live.window_end + Duration::from_ns(20 * kMs));
  live.releases = releases;
  MetricsCollector metrics(describe_run(workload, setup, Time(), live.window_end));
  std::vector<Observer*> observers = {&metrics};
  StepRecorder recorder(observers);
  const pid_t victim = children_that_run(kWorker)[1];
  std::thread killer([victim] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    kill(victim, SIGKILL);
  });
  const LiveRunOutcome outcome = live_run(live, *policy, *executor_, *clock_, recorder);
  killer.join();
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.drained);
  EXPECT_THAT(outcome.lost, ElementsAre(ContextId(1)));
  EXPECT_GT(outcome.figures.completion_to_launch_ns.count(), 50U);
  std::uint64_t completed = 0;
  for (const Tally& tally : metrics.results().groups) {
    EXPECT_EQ(tally.released, tally.admitted + tally.rejected_all());
    EXPECT_EQ(tally.admitted, tally.completed + tally.dropped + tally.unfinished);
    completed += tally.completed;
  }
  EXPECT_GT(completed, 60U);
}

bool alive(pid_t pid) {
  std::string state;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  for (int field = 0; field < 3; ++field) file >> state;
  return file.good() && state != "Z";
}

TEST(MpsProcesses, NothingIsLeftBehindWhereTheSchedulerIsKilled) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path ready = folder / "ready";
  const pid_t scheduler = fork();
  if (scheduler == 0) {
    FakeGpu gpu;
    const Workload workload = workload_of({"good"});
    LiveWork work;
    work.workload = &workload;
    work.contexts = 3;
    const LiveMachine machine =
        gpu.backend.make(work, std::make_shared<MonotonicClock>(IdleMode::kNap)).value();
    testing::write(ready, "x");
    pause();
  }
  while (!std::filesystem::exists(ready)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::vector<pid_t> processes = children_that_run(kWorker, scheduler);
  ASSERT_EQ(processes.size(), 3U);
  for (const pid_t shell : children_that_run("/bin/sh", scheduler)) processes.push_back(shell);
  EXPECT_EQ(processes.size(), 5U) << "the daemon and its keeper";
  kill(scheduler, SIGKILL);
  waitpid(scheduler, nullptr, 0);
  for (int tick = 0; tick < 1000; ++tick) {
    if (std::none_of(processes.begin(), processes.end(), alive)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  for (const pid_t process : processes) EXPECT_FALSE(alive(process));
}

}  // namespace
}  // namespace daris
