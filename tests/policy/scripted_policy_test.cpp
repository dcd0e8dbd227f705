#include "policy/scripted_policy.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "plugin/check/random_run.h"
#include "plugin/check/random_setup.h"
#include "policy/registry.h"
#include "policy/schedule_builder.h"
#include "tests/policy/decision_text.h"
#include "tests/policy/random_case.h"

namespace daris {
namespace {

// Runs the policy on random times without failures; calls `watch(now, decisions)` after each step.
template <typename Watch>
void run_randomly(const std::string& policy_name, const PolicySetup& setup, std::uint64_t seed, Watch watch) {
  const std::unique_ptr<Policy> policy = make_policy(policy_name, setup).value();
  RandomRun run(setup, seed, {.failures = false});
  while (const auto step = run.next_step()) {
    const std::span<const Decision> decisions = policy->step(step->now, step->events);
    watch(step->now, decisions);
    run.apply(decisions);
  }
}

Schedule record(const std::string& policy, const PolicySetup& setup, std::uint64_t seed) {
  ScheduleBuilder builder;
  run_randomly(policy, setup, seed, [&](Time now, auto decisions) { builder.take(now, decisions); });
  return std::move(builder).build();
}

// Every verdict, and the launches of each slot in their order, without times.
std::vector<std::string> shown(const Schedule& schedule, const testing::TaskNames& names) {
  std::vector<std::string> lines;
  for (const ScheduledJob& job : schedule.jobs) {
    lines.push_back(job.rejected ? testing::to_text(RejectJob{job.id, *job.rejected}, names)
                                 : testing::to_text(AdmitJob{job.id, job.context}, names));
    if (job.drop) lines.push_back(testing::to_text(DropJob{job.id, job.drop->reason}, names));
  }
  std::map<SlotId, std::vector<std::string>> by_slot;
  for (const ScheduledLaunch& launch : schedule.launches) {
    by_slot[launch.slot].push_back(testing::to_text(
        LaunchStage{launch.slot, launch.stage, launch.batch, jobs_of(schedule, launch)}, names));
  }
  for (const auto& [unused, launches] : by_slot) lines.insert(lines.end(), launches.begin(), launches.end());
  return lines;
}

class Scripted : public ::testing::TestWithParam<std::string> {
 protected:
  // A setup that the recorded policy serves, with the schedule of its run.
  static PolicySetup recorded(std::uint64_t seed) {
    RandomSource random(seed);
    PolicySetup setup = random_setup(*find_policy(GetParam()), random);
    setup.schedule = std::make_shared<const Schedule>(record(GetParam(), setup, seed));
    setup.switches = PolicySwitches();
    return setup;
  }
};

// Releases come at other times and stages take other times than in the recorded run.
TEST_P(Scripted, RepeatsVerdictsSlotsAndOrderAtAnyTimes) {
  for (std::uint64_t seed = 0; seed < testing::random_set_count(100); ++seed) {
    PolicySetup setup = recorded(seed);
    const testing::TaskNames names = testing::numbered_names(setup.tasks.size());
    for (const Pace pace : {Pace::kOrder, Pace::kTime}) {
      setup.switches.pace = pace;
      ASSERT_EQ(shown(record("scripted", setup, seed + 1), names), shown(*setup.schedule, names))
          << "seed " << seed;
    }
  }
}

TEST_P(Scripted, StartsNothingBeforeItsRecordedTimeIfPacedByTime) {
  for (std::uint64_t seed = 0; seed < testing::random_set_count(100); ++seed) {
    PolicySetup setup = recorded(seed);
    setup.switches.pace = Pace::kTime;
    std::map<std::pair<JobId, StageIndex>, Time> recorded_at;
    for (const ScheduledLaunch& launch : setup.schedule->launches) {
      for (const JobId job : jobs_of(*setup.schedule, launch)) recorded_at[{job, launch.stage}] = launch.at;
    }
    run_randomly("scripted", setup, seed + 1, [&](Time now, auto decisions) {
      for (const Decision& decision : decisions) {
        const auto* const launch = std::get_if<LaunchStage>(&decision);
        if (launch == nullptr) continue;
        for (const JobId job : launch->jobs)
          EXPECT_GE(now, recorded_at.at({job, launch->stage})) << "seed " << seed;
      }
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Scripted, ::testing::Values("daris", "fifo", "static", "batching"),
                         [](const auto& policy) { return policy.param; });

class ScheduleCheck : public ::testing::Test {
 protected:
  ScheduleCheck() {
    setup_.streams = 2;
    setup_.tasks.resize(2);
    for (TaskSetup& task : setup_.tasks) {
      task.period = task.relative_deadline = Duration::from_ns(100);
      task.stage_estimates = {Duration::from_ns(10), Duration::from_ns(10)};
    }
    schedule_.jobs = {{{0, TaskId(0)}, ContextId(0), {}, {}},
                      {{1, TaskId(0)}, ContextId(0), RejectReason::kUtilization, {}},
                      {{0, TaskId(1)}, ContextId(0), {}, {}}};
    schedule_.launched_jobs = {{0, TaskId(0)}, {0, TaskId(1)}, {0, TaskId(0)}};
    schedule_.launches = {{SlotId(0), StageIndex(0), 1, 0, 1, Time::from_ns(3)},
                          {SlotId(1), StageIndex(0), 1, 1, 1, Time::from_ns(3)},
                          {SlotId(0), StageIndex(1), 1, 2, 1, Time::from_ns(9)}};
  }

  std::string error() {
    setup_.schedule = std::make_shared<const Schedule>(schedule_);
    const auto made = make_policy("scripted", setup_);
    return made.ok() ? "" : made.error().message;
  }

  PolicySetup setup_;
  Schedule schedule_;
};

TEST_F(ScheduleCheck, TakesOneThatWorks) { EXPECT_EQ(error(), ""); }

TEST_F(ScheduleCheck, NeedsOne) {
  const auto made = make_policy("scripted", setup_);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message, "a recorded schedule is needed");
}

TEST_F(ScheduleCheck, SeesJobsLeftOut) {
  schedule_.jobs.erase(schedule_.jobs.begin());
  EXPECT_EQ(error(), "schedule: job 1 of task 0: stands where job 0 of task 0 should");
}

TEST_F(ScheduleCheck, SeesWhatTheSetupDoesNotHave) {
  schedule_.launches[1].slot = SlotId(2);
  EXPECT_EQ(error(), "schedule: launch 1: slot is 2; it must be below 2");
  schedule_.launches[1].slot = SlotId(1);
  schedule_.jobs[2].context = ContextId(1);
  EXPECT_EQ(error(), "schedule: job 0 of task 1: context is 1; it must be below 1");
  schedule_.jobs[2].context = ContextId(0);
  setup_.tasks[0].stage_estimates.pop_back();
  EXPECT_EQ(error(), "schedule: launch 2: stage is 2; it must be at most 1, as many as task 0 has here");
}

TEST_F(ScheduleCheck, SeesLaunchesThatCanNotBe) {
  const Schedule good = schedule_;
  schedule_.launches[2].stage = StageIndex(0);
  EXPECT_EQ(error(), "schedule: launch 2: stage is 1; it must be 2, the next one of job 0 of task 0");
  schedule_ = good;
  schedule_.launched_jobs[1] = {1, TaskId(0)};
  EXPECT_EQ(error(), "schedule: launch 1: job 1 of task 0 was not admitted");
  schedule_ = good;
  schedule_.launches[1].at = Time::from_ns(2);
  EXPECT_EQ(error(), "schedule: launch 1: time is 2; it must be not before that of the launch before it");
  schedule_ = good;
  schedule_.launches[2].first_job = 3;
  EXPECT_EQ(error(), "schedule: launch 2: number of jobs is 1; it must be at least 1, and all must be there");
}

TEST_F(ScheduleCheck, SeesBatchesThatCanNotBe) {
  schedule_.launches[0].batch = 2;
  EXPECT_EQ(error(), "schedule: launch 0: batch is 2; it must be 1, that of its task here");
  setup_.batch_groups = {{1, {{1, Duration::from_ns(10)}, {4, Duration::from_ns(12)}}}};
  EXPECT_EQ(error(), "schedule: launch 0: batch is 2; it must be one of the sizes that are known here");
  schedule_.launches[0].batch = 4;
  EXPECT_EQ(error(), "");
  schedule_.launches.erase(schedule_.launches.begin() + 1, schedule_.launches.end());
  schedule_.launches[0].jobs = 2;
  EXPECT_EQ(error(), "schedule: launch 0: number of jobs is 2; it must be at most the batch limit, 1");
}

}  // namespace
}  // namespace daris
