// Rules that hold for every run of a policy, over random task sets (tests/policy/invariant_checker.h).
#include <gtest/gtest.h>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "policy/registry.h"
#include "tests/policy/decision_text.h"
#include "tests/policy/invariant_checker.h"
#include "tests/policy/policy_names.h"
#include "tests/policy/random_case.h"

namespace daris::testing {
namespace {

std::unique_ptr<Policy> make(const std::string& name, const PolicySetup& setup) {
  Result<std::unique_ptr<Policy>> policy = make_policy(name, setup);
  EXPECT_TRUE(policy.ok()) << policy.error().message;
  return std::move(policy).value();
}

// Runs to the end and returns what was counted.
InvariantChecker::Counts check_run(const RandomCase& drawn, std::uint64_t seed,
                                   const RandomRunOptions& options) {
  const std::unique_ptr<Policy> policy = make(drawn.policy, drawn.setup);
  InvariantChecker checker(*find_policy(drawn.policy), drawn.setup);
  RandomRun run(drawn.setup, seed, options);
  while (const auto step = run.next_step()) {
    const std::span<const Decision> decisions = policy->step(step->now, step->events);
    checker.check_step(step->now, step->events, decisions, *policy);
    run.apply(decisions);
  }
  checker.check_end();
  EXPECT_TRUE(checker.problems().empty()) << "seed " << seed << ": " << describe(drawn) << "\n"
                                          << checker.problems().front();
  return checker.counts();
}

class EveryPolicy : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPolicy, KeepsTheRulesOnRandomTaskSets) {
  InvariantChecker::Counts sum;
  for (std::uint64_t seed = 0; seed < random_set_count(400) && !HasFailure(); ++seed) {
    RandomSource random(1000 + seed);
    const RandomCase drawn{GetParam(), random_setup(*find_policy(GetParam()), random)};
    const InvariantChecker::Counts counts = check_run(drawn, seed, {});
    sum.completed += counts.completed;
    sum.dropped += counts.dropped;
  }
  EXPECT_GT(sum.completed, 1000U);
  EXPECT_GT(sum.dropped, 20U);
}

INSTANTIATE_TEST_SUITE_P(All, EveryPolicy, ::testing::ValuesIn(policy_names()),
                         [](const auto& policy) { return test_name_of(policy.param); });

TEST(Daris, WithDefaultSwitchesKeepsItsPromises) {
  std::uint64_t rejected = 0;
  for (std::uint64_t seed = 0; seed < random_set_count(600) && !HasFailure(); ++seed) {
    RandomSource random(5000 + seed);
    const RandomCase drawn{"daris", random_setup(*find_policy("daris"), random, true)};
    ASSERT_EQ(drawn.setup.switches, PolicySwitches());
    rejected += check_run(drawn, seed, {.failures = seed % 2 == 0, .releases = 10}).rejected;
  }
  EXPECT_GT(rejected, 100U);
}

TEST(DarisBatched, KeepsTheRulesOverManySteps) {
  InvariantChecker::Counts sum;
  const std::uint64_t wanted = random_set_count(100'000);
  std::uint64_t seed = 0;
  for (; sum.steps < wanted && !HasFailure(); ++seed) {
    RandomSource random(7000 + seed);
    const RandomCase drawn{"daris-batched", random_setup(*find_policy("daris-batched"), random)};
    const InvariantChecker::Counts counts =
        check_run(drawn, seed, {.failures = seed % 3 != 0, .releases = 20});
    sum.steps += counts.steps;
    sum.completed += counts.completed;
    sum.dropped += counts.dropped;
    sum.rejected += counts.rejected;
  }
  EXPECT_GT(sum.completed, wanted / 5);
  EXPECT_GT(sum.dropped, wanted / 200);
  EXPECT_GT(sum.rejected, wanted / 60);
}

TEST(EveryPolicyAgain, DecidesTheSameForTheSameEvents) {
  for (std::uint64_t seed = 0; seed < random_set_count(200); ++seed) {
    const RandomCase drawn = random_case(9000 + seed);
    const TaskNames names = numbered_names(drawn.setup.tasks.size());
    const std::unique_ptr<Policy> first = make(drawn.policy, drawn.setup);
    const std::unique_ptr<Policy> second = make(drawn.policy, drawn.setup);
    RandomRun run(drawn.setup, seed);
    while (const auto step = run.next_step()) {
      const std::span<const Decision> decisions = first->step(step->now, step->events);
      ASSERT_EQ(to_text(decisions, names), to_text(second->step(step->now, step->events), names))
          << "seed " << seed << ": " << describe(drawn);
      run.apply(decisions);
    }
    for (std::uint32_t t = 0; t < names.size(); ++t) {
      const auto a = first->estimates(TaskId(t));
      const auto b = second->estimates(TaskId(t));
      ASSERT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
  }
}

TEST(RandomRuns, AreTheSameForTheSameSeed) {
  const RandomCase drawn = random_case(3);
  RandomRun a(drawn.setup, 7);
  RandomRun b(drawn.setup, 7);
  while (const auto step = a.next_step()) {
    const auto other = b.next_step();
    ASSERT_TRUE(other.has_value());
    ASSERT_EQ(step->now, other->now);
    ASSERT_TRUE(
        std::equal(step->events.begin(), step->events.end(), other->events.begin(), other->events.end()));
  }
  EXPECT_FALSE(b.next_step().has_value());
}

// The checker itself must be able to fail.
class CheckerOnTwoSlots : public ::testing::Test {
 protected:
  CheckerOnTwoSlots() {
    setup_.streams = 2;
    setup_.tasks.resize(1);
    setup_.tasks[0].period = setup_.tasks[0].relative_deadline = Duration::from_ns(100);
    setup_.tasks[0].stage_estimates = {Duration::from_ns(10), Duration::from_ns(10)};
    policy_ = make("daris", setup_);
  }

  // The first problem found after the released job was decided upon as `decisions` say; empty if there is
  // none.
  std::string problem(const std::vector<Decision>& decisions) {
    InvariantChecker checker(*find_policy("daris"), setup_);
    const std::vector<Event> events{JobReleased{job_, Time()}};
    checker.check_step(Time(), events, decisions, *policy_);
    return checker.problems().empty() ? std::string() : checker.problems().front();
  }
  Decision launch(std::uint32_t slot, std::uint32_t stage) const {
    return LaunchStage{SlotId(slot), StageIndex(stage), 1, {&job_, 1}};
  }

  PolicySetup setup_;
  std::unique_ptr<Policy> policy_;
  JobId job_{0, TaskId(0)};
};

TEST_F(CheckerOnTwoSlots, SeesWhatIsWrong) {
  const AdmitJob admit{job_, ContextId(0)};
  EXPECT_EQ(problem({admit, launch(0, 0)}), "");
  EXPECT_EQ(problem({}), "at 0 ns: a release was neither admitted nor rejected: job 0 of task 0");
  EXPECT_EQ(problem({RejectJob{job_}}), "at 0 ns: a level-0 job was rejected");
  EXPECT_EQ(problem({admit}), "at 0 ns: a slot is free beside a job that could run in it");
  EXPECT_EQ(problem({admit, launch(1, 0)}), "at 0 ns: a launch not in the lowest free slot");
  EXPECT_EQ(problem({admit, launch(0, 1)}), "at 0 ns: a stage before its predecessor: job 0 of task 0");
  EXPECT_EQ(problem({admit, launch(0, 0), launch(0, 0)}), "at 0 ns: slot 0 runs twice at once");
  EXPECT_EQ(problem({admit, launch(0, 0), launch(1, 0)}),
            "at 0 ns: a job runs twice at once: job 0 of task 0");
  EXPECT_EQ(problem({admit, launch(0, 0), DropJob{job_}}), "at 0 ns: a decision about jobs after a launch");
  EXPECT_EQ(problem({admit, DropJob{job_}}), "at 0 ns: a job was dropped for being late");
}

TEST_F(CheckerOnTwoSlots, SeesAJobThatNeverEnds) {
  InvariantChecker checker(*find_policy("daris"), setup_);
  const std::vector<Event> events{JobReleased{job_, Time()}};
  checker.check_step(Time(), events, policy_->step(Time(), events), *policy_);
  checker.check_end();
  ASSERT_EQ(checker.problems().size(), 1U);
  EXPECT_EQ(checker.problems().front(), "at 0 ns: 1 admitted jobs never ended");
}

}  // namespace
}  // namespace daris::testing
