// The host's one thread in the engine: what it is busy with, and what waits for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/simulate.h"
#include "tests/sim/greedy_world.h"
#include "tests/sim/test_random.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

StageCost takes_host(double alone_ns, std::int64_t host_ns, double demand = 1.0) {
  StageCost cost = takes(alone_ns, demand);
  cost.host = for_ns(host_ns);
  return cost;
}

// Contexts with SMs of their own; an event keeps the host for 2 ns, a launch for 10 ns.
World busy_host(std::uint32_t contexts, double alone_ns) {
  World run;
  run.gpu = toy_gpu(contexts, 1, disjoint_geometry(contexts));
  run.gpu.host_event = for_ns(2);
  add_task(run.gpu, {takes_host(alone_ns, 10)});
  add_task(run.gpu, {takes_host(alone_ns, 10)});
  run.setup = toy_setup(run.gpu, for_ns(500));
  return run;
}

TEST(SerialHost, AStageStartsWhenItsLaunchIsDone) {
  World run = busy_host(1, 100);
  run.latencies = {for_ns(3), for_ns(4)};
  run.list = releases({job(20, 0, 0)});
  const RecordingObserver seen = run.observe();
  EXPECT_EQ(seen.text, "20 released 0.0\n139 finished 0 in 100\n");
  EXPECT_EQ(seen.rows[1].stages[0].started, at_ns(20 + 2 + 10 + 3));
}

TEST(SerialHost, LaunchesOfOneStepLeaveOneAfterTheOther) {
  World run = busy_host(3, 100);
  run.list = releases({job(0, 0, 0), job(0, 1, 0), job(0, 0, 1)});
  EXPECT_EQ(run.observe().text,
            "0 released 0.0 released 1.0 released 0.1\n116 finished 0 in 100\n126 finished 1 in 100\n"
            "136 finished 2 in 100\n");
}

// What comes while the host is busy is told in one step, in the order of policy/event.h.
TEST(SerialHost, TellsAtOnceWhatCameWhileItWasBusy) {
  World run = busy_host(3, 5);
  run.list = releases({job(0, 0, 0), job(0, 1, 0), job(14, 1, 1), job(20, 0, 1)});
  // Busy until 24. Slot 0 began at 14 and ends at 19, slot 1 at 29.
  EXPECT_EQ(run.observe().text.substr(0, 101),
            "0 released 0.0 released 1.0\n24 finished 0 in 5 released 0.1 released 1.1\n50 finished 0 in 5 "
            "finished ");
}

TEST(SerialHost, TimersWaitToo) {
  World run = busy_host(1, 100);
  run.list = releases({job(0, 0, 0)});
  Greedy greedy(run.setup);
  FunctionPolicy policy(run.setup, [&](Time now, auto events, auto& decisions) {
    for (const Decision& decision : greedy.policy().step(now, events)) decisions.push_back(decision);
    if (now == at_ns(0)) decisions.emplace_back(SetTimer{TimerId(0), at_ns(5)});
  });
  EXPECT_EQ(run.observe(policy).text, "0 released 0.0\n12 timer 0\n112 finished 0 in 100\n");
}

// Until then the context runs on, as it does beside a live thread; what ended in it meanwhile is not told.
TEST(SerialHost, AContextIsGivenUpWhenTheHostIsFree) {
  World run = busy_host(2, 5);
  run.list = releases({job(0, 0, 0), job(0, 1, 0)});
  run.losses = {{at_ns(18), ContextId(0)}};
  EXPECT_EQ(run.observe().text, "0 released 0.0 released 1.0\n24 lost 0\n29 finished 1 in 5\n");
}

TEST(SerialHost, TheGpuGoesOnWhileTheHostIsBusy) {
  World run;
  run.gpu = toy_gpu(1, 2, shared_geometry(1));
  add_task(run.gpu, {takes_host(100, 50)});
  run.setup = toy_setup(run.gpu, for_ns(900));
  run.list = releases({job(0, 0, 0), job(0, 0, 1)});
  // Slot 0 starts at 50, slot 1 at 100. Then both run at half speed: slot 0 has 50 left, and takes 100.
  EXPECT_EQ(run.observe().text,
            "0 released 0.0 released 0.1\n200 finished 0 in 150\n250 finished 1 in 150\n");
}

TEST(SerialHost, LateReleasesAreToldLateToo) {
  World run = busy_host(2, 100);
  run.late = {{at_ns(0), at_ns(5), std::nullopt}};
  run.list = releases({job(0, 0, 0), job(9, 1, 0)});
  EXPECT_EQ(run.observe().text.substr(0, 31), "5 released 0.0\n17 released 1.0\n");
}

World random_world(std::uint32_t seed) {
  TestRandom random(seed);
  const std::uint32_t contexts = 1 + random.below(4);
  World run;
  run.gpu = toy_gpu(contexts, 1 + random.below(3), disjoint_geometry(contexts));
  run.gpu.host_event = for_ns(random.below(4));
  for (int task = 0; task < 5; ++task)
    add_task(run.gpu,
             {takes_host(1 + 60 * random.unit(), random.below(12)), takes_host(30, random.below(12))});
  run.setup = toy_setup(run.gpu, for_ns(400));
  run.latencies = {for_ns(random.below(3)), for_ns(random.below(5))};
  std::vector<std::uint32_t> ordinal(5, 0);
  std::int64_t at = 0;
  for (int released = 0; released < 200; ++released) {
    const std::uint32_t task = random.below(5);
    at += random.below(20);
    run.list.push_back(job(at, task, ordinal[task]++));
  }
  std::sort(run.list.begin(), run.list.end(), [](const Release& a, const Release& b) {
    return a.nominal != b.nominal ? a.nominal < b.nominal : a.job < b.job;
  });
  run.measured_end = at_ns(at + 1);
  return run;
}

// Follows the host through the steps of a run.
class HostWatch final : public Observer {
 public:
  explicit HostWatch(const World& world) : world_(world) {}

  void on_step(const Step& step) override {
    EXPECT_GE(step.now, free_);
    EXPECT_FALSE(step.events.empty());
    for (const Event& event : step.events) {
      const auto* released = std::get_if<JobReleased>(&event);
      if (released == nullptr) continue;
      ++released_;
      waited_ += released->nominal_release < step.now ? 1 : 0;
      // It waited only because the host was busy, and no longer.
      EXPECT_EQ(step.now, std::max(released->nominal_release, free_));
    }
    for (const StageMeasurement& stage : step.stages)
      EXPECT_EQ(step.now, std::max(stage.started + stage.execution + world_.latencies.notice, free_));
    free_ = step.now + for_ns(static_cast<std::int64_t>(step.events.size()) * world_.gpu.host_event.ns());
    for (const Decision& decision : step.decisions) {
      const auto* launch = std::get_if<LaunchStage>(&decision);
      if (launch == nullptr) continue;
      const std::uint32_t work_class = world_.gpu.task_class[launch->jobs.front().task.at()];
      free_ = free_ + world_.gpu.cost(work_class, launch->stage, ContextId(0)).host;
    }
  }
  void on_end(Time) override {}

  [[nodiscard]] std::size_t released() const { return released_; }
  [[nodiscard]] std::size_t waited() const { return waited_; }

 private:
  const World& world_;
  Time free_;
  std::size_t released_ = 0;
  std::size_t waited_ = 0;
};

TEST(SerialHostProperty, NothingWaitsLongerThanTheHostIsBusy) {
  std::size_t waited = 0;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const World world = random_world(seed);
    Greedy greedy(world.setup);
    HostWatch watch(world);
    Observer* const watching = &watch;
    simulate({&world.gpu, &world.setup, world.list, world.latencies, world.measured_end}, greedy.policy(),
             {&watching, 1});
    EXPECT_EQ(watch.released(), world.list.size());
    waited += watch.waited();
  }
  EXPECT_GT(waited, 1000U);
}

}  // namespace
}  // namespace daris
