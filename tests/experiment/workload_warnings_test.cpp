#include "experiment/workload_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

Duration ms(std::int64_t count) { return Duration::from_ns(count * kNsPerMs); }
Time at_ms(std::int64_t count) { return Time() + ms(count); }

TaskGroup group_of(const std::string& name, Duration period) {
  TaskGroup group;
  group.name = name;
  group.model = "resnet18";
  group.period = period;
  group.deadline = period;
  return group;
}

// Its trace has `count` times, the first at `first`, apart by `gap`.
TaskGroup traced(Duration period, std::int64_t count, Time first, Duration gap) {
  TaskGroup group = group_of("cam", period);
  group.arrival.kind = ArrivalKind::kTrace;
  for (std::int64_t i = 0; i < count; ++i)
    group.arrival.trace.push_back(first + Duration::from_ns(i * gap.ns()));
  return group;
}

SettledConfig run_of(Duration duration) {
  SettledConfig config;
  config.duration = duration;
  return config;
}

Texts warnings_of(const SettledConfig& config, std::vector<TaskGroup> groups,
                  const WorkloadInput& input = {}) {
  Texts warnings;
  warn_of_workload(config, make_workload({"set", std::move(groups)}), input, warnings);
  return warnings;
}

TEST(WorkloadWarnings, ATraceOfTheSetsRateHasNone) {
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), {traced(ms(100), 100, at_ms(7), ms(99))}), IsEmpty());
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), {traced(ms(5000), 1, at_ms(10), ms(1))}), IsEmpty())
      << "one job less is no other rate";
}

TEST(WorkloadWarnings, TimesBehindTheEndAreCounted) {
  EXPECT_THAT(
      warnings_of(run_of(ms(2'000)), {traced(ms(100), 50, Time(), ms(100))}),
      ElementsAre("task \"cam\": 30 of the 50 times in its trace lie behind the run's end at 2 s and are "
                  "left out; a trace counts seconds"));
  TaskGroup late = traced(ms(100), 20, Time(), ms(100));
  late.offset = ms(1'500);
  EXPECT_THAT(warnings_of(run_of(ms(2'000)), {late}),
              ElementsAre(HasSubstr("15 of the 20 times in its trace lie behind the run's end")));
  late.offset = ms(30'000);
  EXPECT_THAT(warnings_of(run_of(ms(2'000)), {late}), ElementsAre(HasSubstr("20 of the 20 times")));
}

TEST(WorkloadWarnings, MillisecondsForSecondsAreRecognised) {
  const Texts warnings = warnings_of(run_of(ms(30'000)), {traced(ms(40), 200, Time(), ms(41'000))});
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_THAT(warnings[0], HasSubstr("199 of the 200 times"));
  EXPECT_THAT(warnings[0], HasSubstr("and these look like milliseconds"));
  EXPECT_THAT(warnings[1], HasSubstr("releases 1 job until 30 s, and not 750 as"));
}

TEST(WorkloadWarnings, AnotherRateThanTheSetsIsTold) {
  EXPECT_THAT(
      warnings_of(run_of(ms(10'000)), {traced(ms(100), 900, Time(), ms(11))}),
      ElementsAre("task \"cam\": its trace releases 900 jobs until 10 s, and not 100 as rate or period of "
                  "the task set say; load and utilization are counted by the task set"));
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), {traced(ms(10), 300, Time(), ms(10))}),
              ElementsAre(HasSubstr("releases 300 jobs until 10 s, and not 1000")))
      << "the trace ends early";
}

TEST(WorkloadWarnings, CopiesOfATraceComeTogether) {
  TaskGroup group = traced(ms(100), 100, Time(), ms(100));
  group.count = 3;
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), {group}),
              ElementsAre(HasSubstr("its 3 copies are released at the same instants")));
}

// Of a log of one task.
WorkloadInput logged_until(Time end, bool cut_off, std::uint32_t level = 0, std::uint32_t inputs = 1) {
  auto log = std::make_shared<ReleaseLog>();
  log->tasks.emplace_back();
  log->tasks[0].level = level;
  log->tasks[0].inputs = inputs;
  log->name = "a.jsonl";
  log->end = end;
  log->cut_off = cut_off;
  WorkloadInput input;
  input.releases = std::move(log);
  return input;
}

TEST(WorkloadWarnings, ALogThatEndsEarlyIsNoWholeRun) {
  const std::vector<TaskGroup> groups{traced(ms(100), 900, Time(), ms(11))};
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), groups, logged_until(at_ms(10'000), false)), IsEmpty())
      << "the trace is not read";
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), groups, logged_until(at_ms(1'250), false)),
              ElementsAre("a.jsonl: ends at 1.25 s: no job is released from there to the run's end at 10 s"));
  EXPECT_THAT(warnings_of(run_of(ms(10'000)), groups, logged_until(at_ms(9'999), true)),
              ElementsAre(HasSubstr("a.jsonl: was cut off at 9.999 s")));
}

TEST(WorkloadWarnings, ATaskSetOfOtherLevelsOrBatchesIsNotTheLogs) {
  for (const auto& [level, inputs] : {std::pair(1U, 1U), std::pair(0U, 4U)}) {
    EXPECT_THAT(
        warnings_of(run_of(ms(10)), {group_of("a", ms(10))}, logged_until(at_ms(10), false, level, inputs)),
        ElementsAre("a.jsonl: its tasks have another model, precision, level or batch than those of task "
                    "set \"set\": a; they run as the set says"));
  }
}

TEST(WorkloadWarnings, ALogOfOtherModelsIsToldOf) {
  const TaskGroup group = group_of("a", ms(10));
  const auto warnings = [&](const LoggedModel& logged) {
    WorkloadInput input = logged_until(at_ms(10), false);
    ReleaseLog log = *input.releases;
    log.task_models = {logged};
    input.releases = std::make_shared<const ReleaseLog>(std::move(log));
    return warnings_of(run_of(ms(10)), {group}, input);
  };
  const std::string precision(to_text(group.precision));
  EXPECT_THAT(warnings({group.model, precision}), IsEmpty());
  EXPECT_THAT(warnings({"", ""}), IsEmpty()) << "an older log does not know it";
  EXPECT_THAT(warnings({"another", precision}), ElementsAre(HasSubstr("another model, precision")));
  EXPECT_THAT(warnings({group.model, "fp16"}), ElementsAre(HasSubstr("another model, precision")));
}

TEST(WorkloadWarnings, ReleasesThatAreHeldBackForAgesAreToldOf) {
  Injection injection;
  injection.name = "inject.json";
  const auto warnings = [&](const LateReleases& late) {
    injection.late_releases = {late};
    WorkloadInput input;
    input.injection = std::make_shared<InjectionInput>(InjectionInput{"inject.json", "", injection});
    return warnings_of(run_of(ms(1'000)), {group_of("a", ms(10))}, input);
  };
  EXPECT_THAT(warnings({at_ms(0), at_ms(5'000), {}}), ElementsAre(HasSubstr("they are told at 1.01 s")));
  EXPECT_THAT(warnings({at_ms(0), at_ms(2'000), ms(11)}), ElementsAre(HasSubstr("they are told at 1.01 s")));
  EXPECT_THAT(warnings({at_ms(0), at_ms(2'000), ms(10)}), IsEmpty());
}

TEST(WorkloadWarnings, OptionsThatALogOverrulesAreNamed) {
  SettledConfig config = run_of(ms(1'000));
  config.overruled = {"load", "priority_mix"};
  EXPECT_THAT(warnings_of(config, {group_of("a", ms(10))}, logged_until(at_ms(1'000), false)),
              ElementsAre("load, priority_mix: not read, since tasks and jobs are those of a.jsonl"));
}

TEST(WorkloadWarnings, DisturbancesBehindTheEndDoNotHappen) {
  Injection injection;
  injection.name = "inject.json";
  injection.estimates.push_back({2, {}});
  injection.losses.push_back({at_ms(1'000), ContextId(0)});
  injection.losses.push_back({at_ms(999), ContextId(1)});
  injection.slowdowns.push_back({at_ms(5'000), at_ms(6'000), 2, {}});
  injection.late_releases.push_back({at_ms(500), at_ms(1'010), {}});
  WorkloadInput input;
  input.injection = std::make_shared<InjectionInput>(InjectionInput{"inject.json", "", injection});
  EXPECT_THAT(
      warnings_of(run_of(ms(1'000)), {group_of("a", ms(10))}, input),
      ElementsAre("inject.json: 2 of 5 disturbances lie behind the run's end at 1 s and do not happen"));
}

TEST(WorkloadWarnings, TasksWithoutAJobAreNamed) {
  RunDescription run;
  run.groups = {{"a", 1, 0, {}}, {"b", 1, 0, {}}, {"c", 1, 1, {}}};
  run.window_begin = at_ms(1'000);
  run.window_end = at_ms(4'000);
  std::vector<RunResults> replications(2);
  for (RunResults& results : replications) results.groups.resize(3);
  replications[0].groups[1].released = 1;
  Texts warnings;
  warn_of_silent_tasks(run, replications, warnings);
  EXPECT_THAT(warnings, ElementsAre("no job of \"a\", \"c\" was released in the window from 1 s to 4 s, so "
                                    "nothing is known of them"));
  replications[1].groups[0].released = replications[1].groups[2].released = 5;
  warnings.clear();
  warn_of_silent_tasks(run, replications, warnings);
  EXPECT_THAT(warnings, IsEmpty());
}

}  // namespace
}  // namespace daris
