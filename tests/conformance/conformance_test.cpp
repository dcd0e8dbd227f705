// Tests what every world owes a policy and its observers, however it carries decisions out.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/logs/event_log.h"
#include "analysis/logs/replay.h"
#include "analysis/report/metrics.h"
#include "base/json/json.h"
#include "drive/recorded_schedule.h"
#include "policy/registry.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/conformance/world.h"
#include "tests/policy/invariant_checker.h"
#include "tests/policy/policy_names.h"
#include "tests/runtime/cpu/small_workload.h"
#include "workloads/policy_setup.h"

namespace daris::testing {
namespace {

constexpr std::int64_t kMs = 1'000'000;

TaskGroup group(const std::string& name, std::uint32_t count, std::uint32_t level, Weights weights) {
  TaskGroup group = small_group(name, count, level, weights);
  group.period = group.deadline = Duration::from_ns(25 * kMs);
  return group;
}

// More than the slots can do, so that jobs wait, migrate, miss and are rejected.
Workload overload() {
  TaskSet set;
  set.name = "overload";
  set.groups = {group("urgent", 8, 0, Weights::kShared), group("other", 24, 1, Weights::kShared),
                group("own", 4, 1, Weights::kOwn), group("pairs", 4, 2, Weights::kShared)};
  set.groups[3].batch = 2;
  return make_workload(std::move(set));
}

BatchGroupTimes batches_of(const Workload& workload, std::size_t stages) {
  BatchGroupTimes plan;
  for (const Task& task : workload.tasks) {
    plan.group_of_task.push_back(task.weights_id);
    plan.group_times.resize(std::max<std::size_t>(plan.group_times.size(), task.weights_id + std::size_t{1}));
  }
  for (std::vector<BatchTime>& times : plan.group_times) {
    for (const std::uint32_t inputs : {1U, 2U, 4U}) {
      const std::int64_t stage_ns = (3 + inputs) * kMs / 8 / static_cast<std::int64_t>(stages);
      BatchTime& time = times.emplace_back();
      time.inputs = inputs;
      time.execution = Duration::from_ns(stage_ns * static_cast<std::int64_t>(stages));
      if (stages > 1) time.stages.assign(stages, Duration::from_ns(stage_ns));
    }
  }
  return plan;
}

// Passes everything through, and checks each step while the policy still is at it.
class CheckedPolicy final : public Policy {
 public:
  CheckedPolicy(const PolicyInfo& info, const PolicySetup& setup, std::unique_ptr<Policy> policy)
      : checker_(info, setup), policy_(std::move(policy)) {}

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) override {
    EXPECT_GE(now, last_);
    last_ = now;
    const std::span<const Decision> decisions = policy_->step(now, events);
    checker_.check_step(now, events, decisions, *policy_);
    return decisions;
  }
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return policy_->estimates(task);
  }
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t group, std::size_t size,
                                                       StageIndex stage) const override {
    return policy_->batch_estimate(group, size, stage);
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return policy_->homes(); }
  [[nodiscard]] const std::vector<std::string>& problems() const { return checker_.problems(); }

 private:
  InvariantChecker checker_;
  std::unique_ptr<Policy> policy_;
  Time last_;
};

// Checks what observers are promised: steps in order, events in order within a step, a measurement for each
// completion.
class PromiseKeeper final : public Observer {
 public:
  void on_step(const Step& step) override {
    EXPECT_GE(step.now, last_);
    last_ = step.now;
    EXPECT_FALSE(step.events.empty());
    auto stage = step.stages.begin();
    for (std::size_t i = 0; i < step.events.size(); ++i) {
      const Event& event = step.events[i];
      EXPECT_TRUE(i == 0 || step.events[i - 1].index() <= event.index());
      if (const auto* released = std::get_if<JobReleased>(&event)) {
        EXPECT_LE(released->nominal_release, step.now);
        EXPECT_TRUE(releases.try_emplace(released->job, released->nominal_release).second)
            << "released twice";
      }
      const auto* finished = std::get_if<StageFinished>(&event);
      if (finished == nullptr) continue;
      ASSERT_NE(stage, step.stages.end());
      EXPECT_EQ(stage->execution, finished->execution);
      EXPECT_GT(stage->execution, Duration());
      EXPECT_LE(stage->started + stage->execution, step.now);
      EXPECT_GT(stage->estimate_afet, Duration());
      EXPECT_GT(stage->estimate_mret, Duration());
      ++stage;
    }
    EXPECT_EQ(stage, step.stages.end());
  }
  void on_end(Time at) override {
    EXPECT_GE(at, last_);
    ++ends;
  }

  std::map<JobId, Time> releases;
  int ends = 0;

 private:
  Time last_;
};

struct Case {
  NamedWorld world;
  std::string policy;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const NamedWorld& world : worlds()) {
    for (const PolicyInfo& policy : policy_table()) all.push_back({world, std::string(policy.name)});
  }
  return all;
}

class Conformance : public ::testing::TestWithParam<Case> {
 protected:
  Conformance() {
    const PolicyInfo& info = *find_policy(GetParam().policy);
    const std::uint32_t contexts = info.single_slot ? 1 : 3;
    const std::uint32_t streams = info.single_slot ? 1 : 2;
    const std::size_t stages = info.whole_models ? 1 : 3;
    std::vector<std::vector<Duration>> estimates(workload_.tasks.size(),
                                                 std::vector<Duration>(stages, Duration::from_ns(kMs / 2)));
    const std::uint32_t limit = GetParam().policy == "clockwork" ? 1 : 4;
    setup_ = make_policy_setup(workload_, contexts, streams, std::move(estimates),
                               info.batches ? batches_of(workload_, stages) : BatchGroupTimes(), {}, limit);
    run_.workload = &workload_;
    run_.setup = &setup_;
    run_.window_end = Time::from_ns(200 * kMs);
    run_.releases = make_releases(workload_, 3, 0, run_.window_end + Duration::from_ns(25 * kMs));
    if (info.scripted) record_schedule();
  }

  // The run is of DARIS in the same world, which rejects and migrates.
  void record_schedule() {
    ScheduleRecorder recorder(std::size_t{setup_.contexts} * setup_.streams);
    run(*make_policy("daris", setup_).value(), {&recorder});
    setup_.schedule = std::make_shared<const Schedule>(std::move(recorder).take().schedule);
  }
  [[nodiscard]] std::unique_ptr<Policy> fresh() const {
    return make_policy(GetParam().policy, setup_).value();
  }
  void run(Policy& policy, std::vector<Observer*> observers) {
    GetParam().world.make()->run(run_, policy, observers);
  }

  Workload workload_ = overload();
  PolicySetup setup_;
  WorldRun run_;
};

TEST_P(Conformance, NoRuleOfThePolicyIsBroken) {
  CheckedPolicy policy(*find_policy(GetParam().policy), setup_, fresh());
  run(policy, {});
  for (const std::string& problem : policy.problems()) ADD_FAILURE() << problem;
}

TEST_P(Conformance, ObserversAreToldWhatTheyArePromised) {
  PromiseKeeper seen;
  run(*fresh(), {&seen});
  EXPECT_EQ(seen.ends, 1);
  std::size_t counted = 0;
  for (const Release& release : run_.releases) {
    if (release.nominal >= run_.window_end) continue;
    ++counted;
    const auto found = seen.releases.find(release.job);
    ASSERT_NE(found, seen.releases.end()) << "a counted job was never released";
    EXPECT_EQ(found->second, release.nominal);
  }
  EXPECT_GT(counted, 200U);
}

TEST_P(Conformance, CountsAddUp) {
  MetricsCollector metrics(describe_run(workload_, setup_, Time::from_ns(50 * kMs), run_.window_end));
  run(*fresh(), {&metrics});
  const RunResults& results = metrics.results();
  std::uint64_t completed = 0;
  for (const Tally& tally : results.groups) {
    EXPECT_EQ(tally.released, tally.admitted + tally.rejected_all());
    EXPECT_EQ(tally.admitted, tally.completed + tally.dropped + tally.unfinished);
    completed += tally.completed;
  }
  EXPECT_GT(completed, 10U);  // of some hundred; others may use the machine too
}

TEST_P(Conformance, TheLogReplaysToEqualDecisions) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "log.jsonl";
  const std::unique_ptr<Policy> policy = fresh();
  EventLogHeader header;
  header.kind = "live";
  header.program = "daris";
  header.policy = GetParam().policy;
  header.config = std::make_shared<const Json>(Json::object());
  header.granted_sms.assign(setup_.contexts, 1);
  header.placement.assign(policy->homes().begin(), policy->homes().end());
  for (const Task& task : workload_.tasks) header.task_names.push_back(task.name);
  header.setup = setup_;
  const auto writer = EventLogWriter::create(file, header);
  ASSERT_TRUE(writer.ok());
  run(*policy, {writer.value().get()});
  ASSERT_TRUE(writer.value()->close().ok());
  const Result<ReplayOutcome> outcome = replay(file);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome.value().difference.value_or(""), "");
  EXPECT_GT(outcome.value().decisions, 200U);
}

INSTANTIATE_TEST_SUITE_P(Worlds, Conformance, ::testing::ValuesIn(cases()), [](const auto& one) {
  return one.param.world.name + "_" + test_name_of(one.param.policy);
});

}  // namespace
}  // namespace daris::testing
