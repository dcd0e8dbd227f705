#include "runtime/step_recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "runtime/core_pin.h"

namespace daris {
namespace {

// Adds up what it is told, and checks that steps come whole and in order.
class Checker final : public Observer {
 public:
  void on_step(const Step& step) override {
    EXPECT_EQ(step.now.ns(), static_cast<std::int64_t>(steps));
    ASSERT_EQ(step.events.size(), 1U);
    ASSERT_EQ(step.stages.size(), 1U);
    ASSERT_EQ(step.decisions.size(), 2U);
    const auto& launch = std::get<LaunchStage>(step.decisions[1]);
    ASSERT_EQ(launch.jobs.size(), 2U);
    EXPECT_EQ(launch.jobs[0].ordinal, static_cast<std::uint32_t>(steps));
    EXPECT_EQ(launch.jobs[1].task, TaskId(7));
    EXPECT_EQ(step.stages[0].execution.ns(), static_cast<std::int64_t>(steps));
    ASSERT_EQ(step.gaps.size(), steps % 3);
    for (const HostGap& gap : step.gaps) EXPECT_EQ(gap.until.ns(), static_cast<std::int64_t>(steps));
    ++steps;
  }
  void on_end(Time at) override { end = at; }

  std::uint64_t steps = 0;
  Time end;
};

void record(StepRecorder& recorder, std::uint32_t number) {
  const std::vector<JobId> jobs{{number, TaskId(0)}, {number, TaskId(7)}};
  const std::vector<Event> events{StageFinished{SlotId(0), Duration::from_ns(number)}};
  const std::vector<Decision> decisions{AdmitJob{jobs[0], ContextId(0)},
                                        LaunchStage{SlotId(0), StageIndex(0), 2, jobs}};
  const std::vector<StageMeasurement> stages{{Time(), Duration::from_ns(number), {}, {}, {}}};
  const std::vector<HostGap> gaps(number % 3, {Time::from_ns(number), Duration::from_ns(1)});
  recorder.record({Time::from_ns(number), events, decisions, stages, gaps});
}

TEST(StepRecorder, TellsEveryStepOnceAndInOrder) {
  constexpr std::uint32_t kSteps = 50'000;
  Checker checker;
  Observer* const observer = &checker;
  StepRecorder recorder({&observer, 1}, 2);
  for (std::uint32_t number = 0; number < kSteps; ++number) record(recorder, number);
  recorder.finish(Time::from_ns(kSteps));
  EXPECT_EQ(checker.steps, kSteps);
  EXPECT_EQ(checker.end, Time::from_ns(kSteps));
}

TEST(StepRecorder, MakesNoChunkWhereTheObserversKeepUp) {
  Checker checker;
  Observer* const observer = &checker;
  StepRecorder recorder({&observer, 1}, 8);
  for (std::uint32_t number = 0; number < 1'000; ++number) record(recorder, number);
  EXPECT_EQ(recorder.grown(), 0U);
  recorder.finish(Time());
}

// Observers that stand still get everything all the same, only later.
TEST(StepRecorder, MakesChunksWhereTheObserversFallBehind) {
  class Waiter final : public Observer {
   public:
    void on_step(const Step&) override {
      while (!go.load()) std::this_thread::yield();
      ++steps;
    }
    void on_end(Time) override {}
    std::atomic<bool> go{false};
    std::uint32_t steps = 0;
  };
  Waiter waiter;
  Observer* const observer = &waiter;
  StepRecorder recorder({&observer, 1}, 2);
  for (std::uint32_t number = 0; number < 10'000; ++number) record(recorder, number);
  EXPECT_GT(recorder.grown(), 10U);
  waiter.go = true;
  recorder.finish(Time());
  EXPECT_EQ(waiter.steps, 10'000U);
}

TEST(StepRecorder, ObserversKeepOffTheSchedulersCore) {
  class Where final : public Observer {
   public:
    void on_step(const Step&) override {}
    void on_end(Time) override { cores = allowed_cores(); }
    std::vector<std::uint32_t> cores;
  };
  if (!last_core()) GTEST_SKIP() << "this process may run on one core only";
  Where where;
  Observer* const observer = &where;
  StepRecorder recorder({&observer, 1}, 1, last_core());
  recorder.finish(Time());
  EXPECT_FALSE(where.cores.empty());
  EXPECT_EQ(std::count(where.cores.begin(), where.cores.end(), *last_core()), 0);
}

TEST(StepRecorder, TakesAStepOfAnySize) {
  class Counter final : public Observer {
   public:
    void on_step(const Step& step) override { events += step.events.size(); }
    void on_end(Time) override {}
    std::size_t events = 0;
  };
  Counter counter;
  Observer* const observer = &counter;
  StepRecorder recorder({&observer, 1}, 1);
  const std::vector<Event> many(100'000, TimerFired{TimerId(0)});
  recorder.record({Time(), many, {}, {}});
  recorder.finish(Time());
  EXPECT_EQ(counter.events, many.size());
}

}  // namespace
}  // namespace daris
