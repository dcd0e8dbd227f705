// The check of policies finds what each variant does wrong, and nothing wrong with those that do nothing
// wrong.
#include "plugin/check/policy_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/loader.h"
#include "tests/plugin/variant_files.h"
#include "tests/policy/policy_names.h"

namespace daris {
namespace {

using ::testing::HasSubstr;
using testing::variant_file;

PolicyCheck check(const std::string& name) {
  EXPECT_TRUE(load_policy(name).ok()) << load_policy(name).error().message;
  return check_policy(name, {.cases = 200});
}

struct Wrong {
  const char* variant;
  const char* property;  // part of its name
  const char* what;
};

class EachVariant : public ::testing::TestWithParam<Wrong> {};

TEST_P(EachVariant, IsCaught) {
  const std::string file = variant_file(GetParam().variant);
  const PolicyCheck found = check(file);
  EXPECT_FALSE(found.passed());
  for (const CheckedProperty& property : found.properties) {
    if (std::string(property.name).find(GetParam().property) == std::string::npos) continue;
    ASSERT_TRUE(property.broken.has_value()) << property.name;
    EXPECT_THAT(property.broken->what, HasSubstr(GetParam().what));
    const PolicyCheck alone = check_policy(file, {.first_seed = property.broken->seed, .cases = 1});
    EXPECT_FALSE(alone.passed()) << "seed " << property.broken->seed << " shows it alone";
    return;
  }
  FAIL() << "no property is called so";
}

INSTANTIATE_TEST_SUITE_P(
    All, EachVariant,
    ::testing::Values(
        Wrong{"unadmitted", "only admitted jobs run", "that is not in the system"},
        Wrong{"undecided", "admitted or rejected in its step", "neither admitted nor rejected"},
        Wrong{"admits-twice", "admitted or rejected in its step", "not released just now"},
        Wrong{"admits-nowhere", "admitted or rejected in its step", "a context that is not there"},
        Wrong{"slot-twice", "no slot runs two launches", "slot 0 runs twice at once"},
        Wrong{"no-such-slot", "no slot runs two launches", "there is no slot 60000"},
        Wrong{"skips-a-stage", "stages of a job run in order", "a stage before its predecessor"},
        Wrong{"mixed-batch", "jobs of equal weights", "a batch over two groups"},
        Wrong{"odd-size", "a size that exists", "but no batches are formed"},
        Wrong{"any-level", "contexts that it may use", "a level in a context that it may not use"},
        Wrong{"retries", "fails or is lost", "a job went on after a failure"},
        Wrong{"uses-lost", "fails or is lost", "lost"},
        Wrong{"forgetful", "completes once", "admitted jobs never ended"},
        Wrong{"drops-the-complete", "dropped once", "not in the system"},
        Wrong{"past-timer", "timers", "for the past"}, Wrong{"endless", "comes to its end", "did not end"},
        Wrong{"throws-when-made", "takes every setup", "no such setup"},
        Wrong{"throws", "throws nothing", "ordinal 5 is too much"},
        Wrong{"short-estimates", "homes and estimates", "one above 0 for each stage"},
        Wrong{"shared-state", "decides the same", "decide differently"}),
    [](const auto& one) { return testing::test_name_of(one.param.variant); });

TEST(CheckPolicy, FindsNothingWrongWithAnHonestOne) {
  const PolicyCheck found = check(variant_file("honest"));
  EXPECT_TRUE(found.passed());
  EXPECT_EQ(found.cases, 200U);
  EXPECT_GT(found.completed, 5000U);
  EXPECT_GT(found.contexts_lost, 30U);
  EXPECT_GT(found.launches_failed, 30U);
  EXPECT_EQ(found.released, found.completed + found.dropped + found.rejected);
}

TEST(CheckPolicy, FindsNothingWrongWithTheExample) { EXPECT_TRUE(check(DARIS_EXAMPLE_POLICY).passed()); }

class EveryPolicyOfTheTable : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPolicyOfTheTable, Passes) {
  for (const CheckedProperty& property : check(GetParam()).properties) {
    EXPECT_FALSE(property.broken.has_value())
        << property.name << ": seed " << property.broken->seed << ": " << property.broken->what;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryPolicyOfTheTable, ::testing::ValuesIn(testing::policy_names()),
                         [](const auto& policy) { return testing::test_name_of(policy.param); });

TEST(CheckPolicy, EndsWhenItIsTold) {
  PolicyCheckOptions options;
  options.begin = [](std::uint64_t seed) { return seed < 4; };
  EXPECT_EQ(check_policy("daris", options).cases, 3U);
}

}  // namespace
}  // namespace daris
