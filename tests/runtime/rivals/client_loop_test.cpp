#include "runtime/rivals/client_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "runtime/mps/monotonic_ns.h"
#include "tests/runtime/rivals/timed_engine.h"

namespace daris {
namespace {

using ::testing::Each;
using ::testing::Ge;
using testing::TimedEngine;

LoopPlan plan(std::int64_t warmup_ms, std::int64_t window_ms, std::int64_t period_ms) {
  const std::int64_t begin_ns = monotonic_ns() + kNsPerMs;
  const std::int64_t window_ns = begin_ns + warmup_ms * kNsPerMs;
  return {begin_ns, window_ns, window_ns + window_ms * kNsPerMs, period_ms * kNsPerMs};
}

TEST(RunLoop, AtARateCountsEachJobOfTheWindowOnce) {
  TimedEngine engine({2 * kNsPerMs});
  const LoopResult result = run_loop(engine, plan(20, 50, 5));
  EXPECT_EQ(engine.launched(), 14U);
  EXPECT_EQ(result.jobs, 10U);
  EXPECT_EQ(result.responses_ns.size(), 10U);
  EXPECT_THAT(result.responses_ns, Each(Ge(2 * kNsPerMs)));
}

// Job 0 takes 30 ms, so the next five begin late. Each has waited since its own release.
TEST(RunLoop, AResponseCountsFromTheNominalRelease) {
  TimedEngine engine({30 * kNsPerMs, kNsPerMs});
  const LoopResult result = run_loop(engine, plan(0, 50, 5));
  ASSERT_EQ(result.jobs, 10U);
  EXPECT_GE(result.responses_ns[0], 30 * kNsPerMs);
  EXPECT_GE(result.responses_ns[1], 26 * kNsPerMs);
  EXPECT_GE(result.responses_ns[2], 22 * kNsPerMs);
}

TEST(RunLoop, NeverEndsBeforeThePlan) {
  TimedEngine engine({kNsPerMs});
  const LoopPlan closed = plan(10, 40, 0);
  const LoopResult result = run_loop(engine, closed);
  EXPECT_GE(monotonic_ns(), closed.end_ns);
  EXPECT_TRUE(result.responses_ns.empty());
  EXPECT_LE(result.jobs, 40U);
  EXPECT_GE(result.jobs, 1U);
  EXPECT_LT(result.jobs, engine.launched());  // those of the warm-up don't count
}

// An engine that holds its thread up: 5 ms in each launch.
class SlowLaunch final : public RivalEngine {
 public:
  void launch() override {
    const std::int64_t until_ns = monotonic_ns() + 5 * kNsPerMs;
    while (monotonic_ns() < until_ns) continue;
  }
  bool ended() override { return true; }
};

TEST(RunLoop, SeesThatItsThreadWasKept) {
  SlowLaunch engine;
  const LoopResult result = run_loop(engine, plan(0, 60, 20));
  EXPECT_GE(result.gaps.count, 3U);
  EXPECT_GE(result.gaps.longest_ns, 5 * kNsPerMs);
  EXPECT_GE(result.gaps.sum_ns, 15 * kNsPerMs);
}

}  // namespace
}  // namespace daris
