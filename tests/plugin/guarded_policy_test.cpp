// A policy from a file that breaks a rule, or throws, ends there: nothing impossible reaches an executor.
#include "plugin/guarded_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "tests/plugin/variant_files.h"

namespace daris {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::variant_file;

// The first failure of the variant over random task sets, without the file; empty if there is none. Checks
// that what the guard lets through obeys the rules, and that nothing comes after the failure.
std::string first_failure(const std::string& variant) {
  const std::string file = variant_file(variant);
  EXPECT_TRUE(load_policy(file).ok());
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomSource random(seed);
    const PolicySetup setup = random_setup(*find_policy(file), random);
    const PolicySetup own = own_setup(*find_policy(file), setup);
    const std::unique_ptr<Policy> policy = make_policy(file, setup).value();
    PolicyRules rules(own);
    RandomRun run(setup, seed);
    bool failed = false;
    while (const auto step = run.next_step()) {
      rules.begin_step(step->events);
      const std::span<const Decision> decisions = policy->step(step->now, step->events);
      EXPECT_TRUE(!failed || decisions.empty());
      for (const Decision& decision : decisions) EXPECT_FALSE(rules.take(step->now, decision).has_value());
      failed = policy->failure() != nullptr;
      run.apply(decisions);
    }
    if (!failed) continue;
    std::string why = policy->failure();
    EXPECT_THAT(why, AllOf(StartsWith(file + ": at "), EndsWith("; see `daris check-policy`")));
    return why;
  }
  return "";
}

TEST(GuardedPolicy, LetsAnHonestOnePass) { EXPECT_EQ(first_failure("honest"), ""); }

TEST(GuardedPolicy, EndsWithTheFirstBrokenRule) {
  EXPECT_THAT(first_failure("slot-twice"), HasSubstr("slot 0 runs twice at once"));
  EXPECT_THAT(first_failure("no-such-slot"), HasSubstr("there is no slot 60000"));
  EXPECT_THAT(first_failure("skips-a-stage"), HasSubstr("a stage before its predecessor"));
  EXPECT_THAT(first_failure("undecided"), HasSubstr("a release was neither admitted nor rejected"));
  EXPECT_THAT(first_failure("admits-nowhere"), HasSubstr("a context that is not there"));
  EXPECT_THAT(first_failure("uses-lost"), HasSubstr("lost"));
}

TEST(GuardedPolicy, EndsWithTheFirstException) {
  EXPECT_THAT(first_failure("throws"), HasSubstr("ordinal 5 is too much"));
  EXPECT_THAT(first_failure("throws-a-number"), HasSubstr("something that is no std::exception"));
}

TEST(GuardedPolicy, ReplacesEstimatesThatAreNone) {
  const std::string file = variant_file("short-estimates");
  ASSERT_TRUE(load_policy(file).ok());
  RandomSource random(1);
  const PolicySetup setup = random_setup(*find_policy(file), random);
  const std::unique_ptr<Policy> policy = make_policy(file, setup).value();
  EXPECT_EQ(policy->estimates(TaskId(0)).size(), setup.tasks[0].stage_estimates.size());
}

// Gives one time for all batches, right or wrong.
class OfOneBatchTime final : public Policy {
 public:
  explicit OfOneBatchTime(Duration time) : time_(time) {}
  [[nodiscard]] std::span<const Decision> step(Time, std::span<const Event>) override { return {}; }
  [[nodiscard]] std::span<const Duration> estimates(TaskId) const override { return {}; }
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t, std::size_t,
                                                       StageIndex) const override {
    return time_;
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  Duration time_;
};

TEST(GuardedPolicy, LeavesOutBatchEstimatesThatAreNone) {
  const auto passed_on = [](std::int64_t ns) {
    const GuardedPolicy guarded("mine.so", PolicySetup(),
                                std::make_unique<OfOneBatchTime>(Duration::from_ns(ns)));
    return guarded.batch_estimate(0, 0, StageIndex(0));
  };
  EXPECT_EQ(passed_on(5), Duration::from_ns(5));
  EXPECT_EQ(passed_on(0), std::nullopt);
  EXPECT_EQ(passed_on(-5), std::nullopt);
}

}  // namespace
}  // namespace daris
