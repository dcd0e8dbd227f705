#include "policy/estimates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "plugin/check/random_source.h"

namespace daris {
namespace {

PolicySetup setup_with_window(std::uint32_t window) {
  PolicySetup setup;
  setup.switches.window = window;
  setup.tasks.resize(2);
  setup.tasks[0].stage_estimates = {Duration::from_ns(5), Duration::from_ns(7)};
  setup.tasks[1].stage_estimates = {Duration::from_ns(11)};
  return setup;
}

TEST(Estimates, BeginWithTheAverages) {
  const Estimates estimates(setup_with_window(5));
  ASSERT_EQ(estimates.of(TaskId(0)).size(), 2U);
  EXPECT_EQ(estimates.of(TaskId(0))[1].ns(), 7);
  EXPECT_EQ(estimates.sum(TaskId(0)).ns(), 12);
  EXPECT_EQ(estimates.sum(TaskId(1)).ns(), 11);
}

TEST(Estimates, AreTheLargestOfTheWindowForAnySequence) {
  for (const std::uint32_t window : {1U, 2U, 5U, 9U}) {
    Estimates estimates(setup_with_window(window));
    RandomSource random(window);
    std::vector<std::int64_t> measured;
    for (int i = 0; i < 500; ++i) {
      const std::int64_t before = estimates.of(TaskId(0))[1].ns();
      measured.push_back(random.between(1, 12));
      const bool changed = estimates.record(TaskId(0), StageIndex(1), Duration::from_ns(measured.back()));
      const auto recent = static_cast<std::ptrdiff_t>(std::min<std::size_t>(window, measured.size()));
      const std::int64_t largest = *std::max_element(measured.end() - recent, measured.end());
      ASSERT_EQ(estimates.of(TaskId(0))[1].ns(), largest) << "window " << window << ", measurement " << i;
      ASSERT_EQ(estimates.sum(TaskId(0)).ns(), 5 + largest);
      ASSERT_EQ(changed, largest != before);
    }
    EXPECT_EQ(estimates.of(TaskId(1))[0].ns(), 11) << "another task's estimate changed";
  }
}

TEST(Estimates, AreNeverZero) {
  Estimates estimates(setup_with_window(5));
  EXPECT_TRUE(estimates.record(TaskId(1), StageIndex(0), Duration()));
  EXPECT_EQ(estimates.sum(TaskId(1)).ns(), 1);
}

TEST(Estimates, StayWithAfet) {
  PolicySetup setup = setup_with_window(5);
  setup.switches.estimator = Estimator::kAfet;
  Estimates estimates(setup);
  EXPECT_FALSE(estimates.record(TaskId(0), StageIndex(0), Duration::from_ns(99)));
  EXPECT_EQ(estimates.sum(TaskId(0)).ns(), 12);
}

}  // namespace
}  // namespace daris
