#include "policy/registry.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "policy/policy.h"
#include "policy/schedule_builder.h"
#include "tests/policy/decision_text.h"
#include "tests/policy/policy_names.h"

namespace daris {
namespace {

// Admits and launches the first job of the first task.
Schedule one_job() {
  const JobId job;
  const std::vector<Decision> decisions{AdmitJob{job, ContextId(0)},
                                        LaunchStage{SlotId(0), StageIndex(0), 1, {&job, 1}}};
  ScheduleBuilder builder;
  builder.take(Time(), decisions);
  return std::move(builder).build();
}

// One task that every policy can serve.
PolicySetup plain_setup() {
  PolicySetup setup;
  setup.tasks.resize(1);
  setup.tasks[0].period = setup.tasks[0].relative_deadline = Duration::from_ns(100);
  setup.tasks[0].stage_estimates = {Duration::from_ns(10)};
  setup.batch_groups = {{2, {{1, Duration::from_ns(10)}, {2, Duration::from_ns(12)}}}};
  setup.schedule = std::make_shared<const Schedule>(one_job());
  return setup;
}

std::string error(std::string_view policy, const std::function<void(PolicySetup&)>& spoil) {
  PolicySetup setup = plain_setup();
  spoil(setup);
  const auto made = make_policy(policy, setup);
  return made.ok() ? "" : made.error().message;
}

TEST(Registry, TableHasThePoliciesOfTheRules) {
  std::vector<std::string> names;
  for (const PolicyInfo& info : policy_table()) {
    names.emplace_back(info.name);
    EXPECT_FALSE(info.summary.empty()) << info.name;
    EXPECT_EQ(find_policy(info.name)->name, info.name);
    EXPECT_EQ(error(info.name, [](PolicySetup&) {}), "") << info.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"daris", "daris-batched", "fifo", "edf", "static", "batching",
                                             "clockwork", "instances", "merged", "symphony", "scripted"}));
  EXPECT_EQ(find_policy("DARIS"), nullptr);
  for (const PolicyInfo& info : policy_table())
    EXPECT_EQ(info.single_jobs, info.name == "clockwork") << info.name;
}

TEST(Registry, EverySwitchIsObeyedBySomePolicyAndKnown) {
  std::set<std::string_view> obeyed;
  for (const PolicyInfo& info : policy_table()) obeyed.insert(info.switches.begin(), info.switches.end());
  std::set<std::string_view> known;
  for (const SwitchInfo& info : switch_table()) known.insert(info.key);
  EXPECT_EQ(obeyed, known);
}

TEST(Registry, DocumentsNameWhatAPolicyObeys) {
  const auto is_named_by = [](std::string_view policy, std::string_view key, const PolicySwitches& switches) {
    for (const SwitchInfo& info : switch_table()) {
      if (info.key == key) return is_named(info, *find_policy(policy), switches);
    }
    return false;
  };
  const PolicySwitches defaults;
  PolicySwitches shedding;
  shedding.shed = true;
  EXPECT_TRUE(is_named_by("edf", "pace", defaults)) << "version 0.1.0 named it";
  EXPECT_TRUE(is_named_by("instances", "queue_delay", defaults));
  EXPECT_FALSE(is_named_by("edf", "queue_delay", defaults));
  EXPECT_FALSE(is_named_by("edf", "shed", defaults)) << "ids stay what they were";
  EXPECT_TRUE(is_named_by("edf", "shed", shedding));
  EXPECT_FALSE(is_named_by("daris", "shed", shedding));
}

// A switch that a policy does not list must not change its decisions: points that differ in it alone are one
// point.
TEST(Registry, SwitchesThatAPolicyDoesNotListDecideNothing) {
  for (const PolicyInfo& info : policy_table()) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      RandomSource random(seed);
      const PolicySetup drawn = random_setup(info, random);
      PolicySetup plain = drawn;
      plain.switches = PolicySwitches();
      for (const std::string_view key : info.switches)
        ASSERT_TRUE(set_switch(plain.switches, key, switch_value(drawn.switches, key)).ok());
      const auto policy = make_policy(info.name, drawn);
      const auto other = make_policy(info.name, plain);
      RandomRun run(drawn, seed);
      const testing::TaskNames names = testing::numbered_names(drawn.tasks.size());
      while (const auto step = run.next_step()) {
        const auto decisions = policy.value()->step(step->now, step->events);
        ASSERT_EQ(testing::to_text(decisions, names),
                  testing::to_text(other.value()->step(step->now, step->events), names))
            << info.name << ", seed " << seed;
        run.apply(decisions);
      }
    }
  }
}

TEST(Registry, UnknownPolicyNamesTheNearest) {
  const auto made = make_policy("batchin", plain_setup());
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message, "unknown policy \"batchin\"; did you mean \"batching\"?");
}

TEST(SetupCheck, Shape) {
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.contexts = 0; }), "contexts is 0; it must be at least 1");
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.streams = 0; }), "streams is 0; it must be at least 1");
  EXPECT_EQ(error("fifo",
                  [](PolicySetup& s) {
                    s.contexts = 32;
                    s.streams = 33;
                  }),
            "contexts times streams is 1056; it must be at most 1024");
  EXPECT_EQ(error("edf",
                  [](PolicySetup& s) {
                    s.contexts = 32;
                    s.streams = 32;
                  }),
            "");
  EXPECT_EQ(error("batching", [](PolicySetup& s) { s.streams = 2; }),
            "contexts times streams is 2; it must be 1 for policy batching");
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.tasks.resize((1U << 20) + 1); }),
            "the number of tasks is 1048577; it must be at most 2^20");
}

TEST(SetupCheck, Switches) {
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.switches.window = 0; }),
            "switch \"window\": \"0\" is not one of its values (1 to 1000)");
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.switches.bound_ppb = -5; }),
            "switch \"bound\" is -5 ppb; it must be above 0");
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.switches.bound_ppb = 1; }),
            "switch \"bound\": \"0.000000001\" is not one of its values (0.01 to 10)");
}

TEST(SetupCheck, Tasks) {
  const auto task = [](auto change) { return [change](PolicySetup& s) { change(s.tasks[0]); }; };
  EXPECT_EQ(error("daris", task([](TaskSetup& t) { t.period = Duration(); })),
            "task 0: period is 0 ns; it must be above 0 and below 2^40 ns");
  EXPECT_EQ(error("daris",
                  task([](TaskSetup& t) { t.relative_deadline = Duration::from_ns(std::int64_t{1} << 40); })),
            "task 0: relative deadline is 1099511627776 ns; it must be above 0 and below 2^40 ns");
  EXPECT_EQ(error("daris", task([](TaskSetup& t) { t.stage_estimates.clear(); })),
            "task 0: number of stages is 0; it must be at least 1");
  EXPECT_EQ(error("daris", task([](TaskSetup& t) { t.stage_estimates.emplace_back(); })),
            "task 0: estimate of stage 2 is 0 ns; it must be above 0 and below 2^40 ns");
  EXPECT_EQ(error("edf", task([](TaskSetup& t) { t.stage_estimates.push_back(t.period); })),
            "task 0: number of stages is 2; it must be 1, since whole models are run");
  EXPECT_EQ(error("daris",
                  [](PolicySetup& s) {
                    s.switches.staging = false;
                    s.tasks[0].stage_estimates.push_back(s.tasks[0].period);
                  }),
            "task 0: number of stages is 2; it must be 1, since whole models are run");
  EXPECT_EQ(error("fifo", task([](TaskSetup& t) { t.inputs = 0; })),
            "task 0: inputs is 0; it must be at least 1");
}

TEST(SetupCheck, BatchGroups) {
  const auto group = [](auto change) { return [change](PolicySetup& s) { change(s.batch_groups[0]); }; };
  EXPECT_EQ(error("batching", [](PolicySetup& s) { s.batch_groups.clear(); }),
            "task 0: batch group is 0; it must be below the number of groups (0)");
  EXPECT_EQ(error("batching", group([](BatchGroupSetup& g) { g.times.clear(); })),
            "batch group 0: number of profiled sizes is 0; it must be at least 1");
  EXPECT_EQ(error("batching", group([](BatchGroupSetup& g) { g.times[1].inputs = 1; })),
            "batch group 0: profiled size is 1; it must be above the one before it (1)");
  EXPECT_EQ(error("clockwork", group([](BatchGroupSetup& g) { g.times[1].execution = Duration(); })),
            "batch group 0: time of size 2 is 0 ns; it must be above 0 and below 2^40 ns");
  EXPECT_EQ(error("batching", group([](BatchGroupSetup& g) { g.batch_limit = 3; })),
            "batch group 0: batch limit is 3; it must be one of the profiled sizes");
  EXPECT_EQ(error("batching", [](PolicySetup& s) { s.tasks[0].inputs = 3; }),
            "task 0: inputs is 3; it must be at most the largest profiled size (2)");
  EXPECT_EQ(error("daris", [](PolicySetup& s) { s.batch_groups.clear(); }), "") << "daris needs no groups";
}

class StepContractDeathTest : public ::testing::TestWithParam<std::string> {
 protected:
  void step(std::int64_t now_ns, const std::vector<Event>& events) {
    (void)policy_->step(Time::from_ns(now_ns), events);
  }

 private:
  // No policy holds a batch back that is full.
  static PolicySetup setup() {
    PolicySetup setup = plain_setup();
    setup.batch_groups[0].batch_limit = 1;
    return setup;
  }

  std::unique_ptr<Policy> policy_ = make_policy(GetParam(), setup()).value();
};

TEST_P(StepContractDeathTest, IsChecked) {
  const JobId job{0, TaskId(0)};
  step(5, {JobReleased{job, Time()}});
  EXPECT_DEATH(step(4, {}), "now >= before");
  EXPECT_DEATH(step(5, {TimerFired{}, StageFinished{SlotId(0), Duration()}}), "invariant broken");
  EXPECT_DEATH(step(6, {JobReleased{JobId{1, TaskId(0)}, Time::from_ns(7)}}), "nominal_release <= now");
  EXPECT_DEATH(step(6, {JobReleased{JobId{0, TaskId(1)}, Time()}}), "invariant broken");
  step(10, {StageFinished{SlotId(0), Duration::from_ns(5)}});
  EXPECT_DEATH(step(11, {StageFinished{SlotId(0), Duration::from_ns(5)}}), "invariant broken");
  EXPECT_DEATH(step(11, {LaunchFailed{SlotId(0), LaunchFailure::kRefused}}), "invariant broken");
}

INSTANTIATE_TEST_SUITE_P(All, StepContractDeathTest, ::testing::ValuesIn(testing::policy_names()),
                         [](const auto& policy) { return testing::test_name_of(policy.param); });

TEST(Homes, AreKnownBeforeTheFirstStep) {
  EXPECT_EQ(make_policy("daris", plain_setup()).value()->homes().size(), 1U);
  EXPECT_TRUE(make_policy("fifo", plain_setup()).value()->homes().empty());
  EXPECT_TRUE(make_policy("clockwork", plain_setup()).value()->homes().empty());
}

TEST(Decisions, OfEqualContentAreEqual) {
  const std::vector<JobId> jobs{{0, TaskId(0)}, {1, TaskId(0)}};
  const std::vector<JobId> same(jobs.begin(), jobs.end());
  const LaunchStage launch{SlotId(1), StageIndex(0), 2, jobs};
  EXPECT_EQ(Decision(launch), Decision(LaunchStage{SlotId(1), StageIndex(0), 2, same}));
  EXPECT_FALSE(launch == (LaunchStage{SlotId(1), StageIndex(0), 2, {same.data(), 1}}));
  EXPECT_FALSE(launch == (LaunchStage{SlotId(1), StageIndex(0), 4, same}));
  EXPECT_FALSE(launch == (LaunchStage{SlotId(0), StageIndex(0), 2, same}));
}

}  // namespace
}  // namespace daris
