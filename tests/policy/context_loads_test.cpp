#include "policy/context_loads.h"

#include <gtest/gtest.h>

#include "plugin/check/random_source.h"

namespace daris {
namespace {

constexpr std::uint32_t kContexts = 3;
constexpr std::uint32_t kTasks = 12;

PolicySetup setup_with(bool admission_level0) {
  PolicySetup setup;
  setup.contexts = kContexts;
  setup.switches.admission_level0 = admission_level0;
  setup.tasks.resize(kTasks);
  for (std::uint32_t t = 0; t < kTasks; ++t) {
    setup.tasks[t].level = (t % 4) * 5;
    setup.tasks[t].period = Duration::from_ns(97 + t);
  }
  return setup;
}

// What the sums should be, computed from scratch.
struct Shadow {
  explicit Shadow(const PolicySetup& from)
      : setup(from), jobs(kTasks, std::vector<std::int64_t>(kContexts, 0)) {}

  WideInteger utilization(std::size_t t) const {
    return (WideInteger{1'000'000'000} * work_ns[t] + setup.tasks[t].period.ns() - 1) /
           setup.tasks[t].period.ns();
  }
  WideInteger total(std::size_t c) const {
    WideInteger sum = 0;
    for (std::size_t t = 0; t < kTasks; ++t) sum += home[t] == c ? utilization(t) : 0;
    return sum;
  }
  WideInteger active(std::size_t c, std::uint32_t level) const {
    WideInteger sum = 0;
    for (std::size_t t = 0; t < kTasks; ++t) {
      if (setup.tasks[t].level > level) continue;
      const bool always = setup.tasks[t].level == 0 && !setup.switches.admission_level0;
      sum += always ? (home[t] == c ? utilization(t) : 0) : utilization(t) * jobs[t][c];
    }
    return sum;
  }

  PolicySetup setup;
  std::vector<std::int64_t> work_ns = std::vector<std::int64_t>(kTasks, 1);
  std::vector<std::size_t> home = std::vector<std::size_t>(kTasks, 0);
  std::vector<std::vector<std::int64_t>> jobs;
};

class SumsNeverDrift : public ::testing::TestWithParam<bool> {};

TEST_P(SumsNeverDrift, FromSumsFromScratch) {
  const PolicySetup setup = setup_with(GetParam());
  ContextLoads loads(setup);
  Shadow shadow(setup);
  RandomSource random(7);
  for (std::uint32_t t = 0; t < kTasks; ++t) {
    loads.set_work(TaskId(t), Duration::from_ns(1));
    loads.set_home(TaskId(t), ContextId(0));
  }
  for (int i = 0; i < 5000; ++i) {
    const TaskId task(random.count(0, kTasks - 1));
    const ContextId context(random.count(0, kContexts - 1));
    std::int64_t& jobs = shadow.jobs[task.at()][context.at()];
    switch (random.count(0, 3)) {
      case 0:
        shadow.work_ns[task.at()] = random.one_in(10) ? std::int64_t{1} << 45 : random.between(1, 200);
        loads.set_work(task, Duration::from_ns(shadow.work_ns[task.at()]));
        break;
      case 1:
        shadow.home[task.at()] = context.at();
        loads.set_home(task, context);
        break;
      case 2:
        ++jobs;
        loads.add_job(task, context);
        break;
      default:
        if (jobs > 0) loads.remove_job(task, context);
        jobs = std::max<std::int64_t>(0, jobs - 1);
    }
    for (std::uint32_t c = 0; c < kContexts; ++c) {
      ASSERT_TRUE(loads.total(ContextId(c)) == shadow.total(c)) << "operation " << i;
      for (std::uint32_t t = 0; t < kTasks; ++t)
        ASSERT_TRUE(loads.active(ContextId(c), TaskId(t)) == shadow.active(c, setup.tasks[t].level))
            << "operation " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutAdmissionOfLevel0, SumsNeverDrift, ::testing::Bool());

TEST(ContextLoadsDeathTest, AJobThatIsNotThereCanNotLeave) {
  ContextLoads loads(setup_with(false));
  EXPECT_DEATH(loads.remove_job(TaskId(0), ContextId(0)), "invariant broken");
}

}  // namespace
}  // namespace daris
