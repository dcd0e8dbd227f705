#include "sim/closed_loop.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/afet.h"
#include "tests/sim/toy_gpu.h"

namespace daris {
namespace {

TEST(ClosedLoop, OneSlotRunsAtTheRateOfItsTimeAlone) {
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(gpu, {takes(300), takes(700)});
  const ClosedLoopResult result = run_closed_loop({&gpu, {}, 20, {}});
  EXPECT_DOUBLE_EQ(result.jobs_per_s, 1e6);
  EXPECT_EQ(result.stage_ns, (std::vector<std::vector<double>>{{300, 700}}));
}

TEST(ClosedLoop, PaysTheHostOnceAStage) {
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(gpu, {takes(300), takes(700)});
  const ClosedLoopResult result = run_closed_loop({&gpu, {for_ns(20), for_ns(105)}, 20, {}});
  EXPECT_DOUBLE_EQ(result.jobs_per_s, 1e9 / 1250);
  EXPECT_EQ(result.stage_ns[0][1], 700);
}

TEST(ClosedLoop, SlotsThatFillTheMachineShareIt) {
  GpuModel gpu = toy_gpu(4, 1, shared_geometry(4));
  add_task(gpu, {takes(1000)});
  const ClosedLoopResult result = run_closed_loop({&gpu, {}, 50, {}});
  EXPECT_NEAR(result.jobs_per_s, 1e6, 1e4);
  EXPECT_NEAR(result.stage_ns[0][0], 4000, 40);
}

TEST(ClosedLoop, SlotsThatFitByTheirMeansCollideInBursts) {
  GpuModel gpu = toy_gpu(2, 2, shared_geometry(2));
  add_task(gpu, {takes(1000, 0.25)});
  EXPECT_NEAR(run_closed_loop({&gpu, {}, 50, {}}).jobs_per_s, 4e6 / std::sqrt(1 + 1 - 1.0 / 16), 4e4);
}

TEST(ClosedLoop, TakesTheTasksInTurn) {
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(gpu, {takes(100)});
  add_task(gpu, {takes(300)});
  const ClosedLoopResult result = run_closed_loop({&gpu, {}, 20, {}});
  EXPECT_NEAR(result.jobs_per_s, 5e6, 1e5);
  EXPECT_EQ(result.stage_ns, (std::vector<std::vector<double>>{{100}, {300}}));
}

TEST(ClosedLoop, TiesSlotsToTasks) {
  GpuModel gpu = toy_gpu(2, 1, disjoint_geometry(2));
  add_task(gpu, {takes(100)});
  add_task(gpu, {takes(400)});
  add_task(gpu, {takes(999)});
  const ClosedLoopResult result = run_closed_loop({&gpu, {}, 50, {{TaskId(1), TaskId(0)}, {}, 0}});
  EXPECT_NEAR(result.jobs_per_s, 1e9 / 100 + 1e9 / 400, 2e5);
  EXPECT_EQ(result.stage_ns[1][0], 400);
  EXPECT_TRUE(result.stage_ns[2].empty());
}

TEST(Afet, WithOneSlotIsTheTimeAlone) {
  GpuModel gpu = toy_gpu(1, 1, shared_geometry(1));
  add_task(gpu, {takes(300.4), takes(700)});
  EXPECT_EQ(average_full_load_times(gpu, {}),
            (std::vector<std::vector<Duration>>{{for_ns(300), for_ns(700)}}));
}

TEST(Afet, IsTheTimeUnderFullLoadAndTheSameForTasksOfAClass) {
  GpuModel gpu = toy_gpu(3, 1, shared_geometry(3));
  add_task(gpu, {takes(1000)});
  add_task(gpu, {takes(500)});
  gpu.task_class.push_back(0);
  gpu.task_inputs.push_back(1);
  const auto estimates = average_full_load_times(gpu, {});
  ASSERT_EQ(estimates.size(), 3U);
  EXPECT_NEAR(static_cast<double>(estimates[0][0].ns()), 3000, 100);
  EXPECT_NEAR(static_cast<double>(estimates[1][0].ns()), 1500, 100);
  EXPECT_EQ(estimates[2], estimates[0]);
}

TEST(Afet, LoadsTheOtherSlotsWithTheWholeTaskSet) {
  // A stage is hardly slowed beside jobs that ask for nothing, but it is slowed beside itself.
  GpuModel gpu = toy_gpu(2, 1, shared_geometry(2));
  add_task(gpu, {takes(1000, 1.0)});
  for (int light = 0; light < 9; ++light) add_task(gpu, {takes(1000, 1.0 / 1024)});
  EXPECT_LT(average_full_load_times(gpu, {})[0][0], for_ns(1200));
}

}  // namespace
}  // namespace daris
