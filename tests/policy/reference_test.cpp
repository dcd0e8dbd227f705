// Compares the policies with the slow and obvious model of the same rules, decision by decision, on random
// task sets.
#include <gtest/gtest.h>

#include <map>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "tests/policy/decision_text.h"
#include "tests/policy/random_case.h"
#include "tests/policy/reference/reference_model.h"

namespace daris::testing {
namespace {

constexpr std::uint64_t kSets = 6000;

// Counts what the random sets made the policies do, by policy and first word of the decision.
using Tally = std::map<std::string, std::uint64_t>;

void compare(std::uint64_t seed, Tally& tally) {
  const RandomCase drawn = random_case(seed);
  if (drawn.policy == "daris-batched") return;  // tests/policy/second_model covers it
  SCOPED_TRACE("seed " + std::to_string(seed) + ": " + describe(drawn));
  Result<std::unique_ptr<Policy>> policy = make_policy(drawn.policy, drawn.setup);
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  const std::unique_ptr<reference::Model> model = reference::make_model(drawn.policy, drawn.setup);
  const TaskNames names = numbered_names(drawn.setup.tasks.size());
  RandomRun run(drawn.setup, seed + 1);
  while (const auto step = run.next_step()) {
    const std::vector<std::string> expected =
        model->step(step->now, {step->events.begin(), step->events.end()});
    const std::span<const Decision> decisions = policy.value()->step(step->now, step->events);
    const std::vector<std::string> got = to_text(decisions, names);
    ASSERT_EQ(got, expected) << "at " << step->now.ns() << " ns";
    for (const std::string& line : got) ++tally[drawn.policy + " " + line.substr(0, line.find(' '))];
    run.apply(decisions);
  }
  ++tally[drawn.policy];
}

TEST(ReferenceModel, DecidesTheSameOnRandomTaskSets) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < random_set_count(kSets) && !HasFatalFailure(); ++seed)
    compare(seed, tally);
  for (const auto& [what, count] : tally) RecordProperty(what, std::to_string(count));
  // The comparison is worth something only if the sets made the policies do all that they can do.
  for (const char* what :
       {"daris admit",      "daris reject",     "daris migrate",    "daris drop",       "daris launch",
        "static launch",    "static drop",      "static migrate",   "fifo launch",      "fifo drop",
        "fifo reject",      "edf launch",       "edf drop",         "batching launch",  "batching reject",
        "batching drop",    "batching timer",   "clockwork launch", "clockwork reject", "clockwork drop",
        "instances launch", "instances reject", "instances drop",   "instances timer",  "symphony launch",
        "symphony reject",  "symphony drop",    "symphony timer",   "merged launch",    "merged reject",
        "merged drop",      "merged timer"})
    EXPECT_GE(tally[what], 10U) << what;
}

}  // namespace
}  // namespace daris::testing
