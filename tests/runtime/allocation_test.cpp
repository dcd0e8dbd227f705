// The run loop allocates nothing per stage: this program counts every allocation of the scheduler's thread.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "drive/recorded_schedule.h"
#include "policy/registry.h"
#include "runtime/live_run.h"
#include "tests/base/allocations.h"

namespace daris {
namespace {

// A machine in virtual time, on which every stage takes 100 ns. Notes the thread's allocations when it has
// launched `settled` stages.
class CountingMachine final : public LiveExecutor, public RunClock {
 public:
  CountingMachine(std::uint32_t slots, std::size_t settled)
      : settled_(settled), ends_(slots, Time::never()) {}

  [[nodiscard]] Time now() const override { return now_; }
  void restart() override { now_ = Time(); }
  void idle(Time next) override {
    for (const Time end : ends_) next = std::min(next, end);
    now_ = std::max(now_, next);
  }
  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return {}; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override {
    if (++launches_ == settled_) allocations_when_settled_ = testing::allocations();
    ends_[launch.slot.at()] = now_ + Duration::from_ns(100);
    return std::nullopt;
  }
  void poll(PolledEvents& out) override {
    for (std::uint32_t slot = 0; slot < ends_.size(); ++slot) {
      if (ends_[slot] > now_) continue;
      out.finished.push_back({SlotId(slot), ends_[slot] - Duration::from_ns(100), Duration::from_ns(100)});
      ends_[slot] = Time::never();
    }
    if (launches_ >= settled_) allocations_since_ = testing::allocations() - allocations_when_settled_;
  }
  void drop(JobId) override {}
  void abandon(ContextId) override {}
  [[nodiscard]] bool drain(Duration) override { return true; }

  [[nodiscard]] std::size_t launches() const { return launches_; }
  [[nodiscard]] std::uint64_t allocations_since() const { return allocations_since_; }

 private:
  std::size_t settled_;
  std::vector<Time> ends_;
  Time now_;
  std::size_t launches_ = 0;
  std::uint64_t allocations_when_settled_ = 0;
  std::uint64_t allocations_since_ = std::numeric_limits<std::uint64_t>::max();
};

class Allocation : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kTasks = 12;
  static constexpr std::uint32_t kJobs = 400;

  Allocation() {
    setup_.contexts = setup_.streams = 2;
    for (std::uint32_t task = 0; task < kTasks; ++task) {
      TaskSetup told;
      told.period = told.relative_deadline = Duration::from_ns(900);
      told.level = task % 2;
      told.stage_estimates.assign(3, Duration::from_ns(100));
      setup_.tasks.push_back(told);
    }
    for (std::uint32_t job = 0; job < kJobs; ++job) {
      for (std::uint32_t task = 0; task < kTasks; ++task) {
        releases_.push_back(
            {Time::from_ns(std::int64_t{900} * job + std::int64_t{10} * task), JobId{job, TaskId(task)}});
      }
    }
  }

  void run(const char* policy_name, CountingMachine& machine, std::vector<Observer*> observers) {
    const std::unique_ptr<Policy> policy = make_policy(policy_name, setup_).value();
    LiveRunSetup run;
    run.policy_setup = &setup_;
    run.releases = releases_;
    run.window_end = Time::from_ns(std::int64_t{900} * kJobs);
    StepRecorder recorder(observers,
                          200);  // more than the run fills, so that observers never fall behind
    EXPECT_EQ(live_run(run, *policy, machine, machine, recorder).how, RunEnd::kDone);
  }

  void expect_none(const char* policy_name) {
    CountingMachine machine(4, 2'000);
    run(policy_name, machine, {});
    EXPECT_GT(machine.launches(), 8'000U);
    EXPECT_EQ(machine.allocations_since(), 0U);
  }

  PolicySetup setup_;
  ReleaseList releases_;
};

TEST_F(Allocation, TheRunLoopAllocatesNothingPerStage) { expect_none("daris"); }

// Memory that was set aside must be mapped before its first use: page faults would come in the middle of a
// run.
TEST(PageFaults, RecordingHasNone) {
  const auto faults = [] {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
  };
  StepRecorder recorder({}, 128);
  const std::vector<JobId> jobs(1);
  const std::vector<Event> events{StageFinished{SlotId(0), Duration::from_ns(1)}};
  const std::vector<Decision> decisions{LaunchStage{SlotId(0), StageIndex(0), 1, jobs}};
  const std::vector<StageMeasurement> stages(1);
  recorder.record({Time(), events, decisions, stages});
  const long before = faults();
  for (std::int64_t step = 1; step < 20'000; ++step) {
    recorder.record({Time::from_ns(step), events, decisions, stages});
  }
  EXPECT_LE(faults() - before, 4) << "few may be the system's own doing";
  recorder.finish(Time());
}

TEST_F(Allocation, NorDoesARecordedSchedule) {
  CountingMachine machine(4, 2'000);
  ScheduleRecorder recorded(4);
  run("daris", machine, {&recorded});
  setup_.schedule = std::make_shared<const Schedule>(std::move(recorded).take().schedule);
  for (const Pace pace : {Pace::kOrder, Pace::kTime}) {
    setup_.switches.pace = pace;
    expect_none("scripted");
  }
}

}  // namespace
}  // namespace daris
