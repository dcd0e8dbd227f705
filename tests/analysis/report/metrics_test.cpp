#include "analysis/report/metrics.h"

#include <initializer_list>

#include <gtest/gtest.h>

#include "analysis/report/headline.h"
#include "tests/analysis/run_script.h"

namespace daris {
namespace {

using testing::at;
using testing::job;
using testing::Moment;
using testing::ns;
using testing::small_run;

// One task of two stages, with a deadline 50 ns after its release.
RunDescription one_task(std::uint32_t stages = 2) { return small_run({{0, ns(50), 1, stages}}); }

RunResults watch(const RunDescription& run, std::initializer_list<Moment> moments, std::int64_t end_ns) {
  MetricsCollector collector(run);
  for (const Moment& moment : moments) moment.feed(collector);
  collector.on_end(at(end_ns));
  return collector.results();
}

TEST(Metrics, AJobCompletesWithItsLastStage) {
  const JobId id = job(0, 0);
  const RunResults results =
      watch(one_task(),
            {Moment(200).released(id, 190).admit(id).launch(0, 0, {id}),
             Moment(210).finished(0, 10).launch(0, 1, {id}), Moment(230).finished(0, 20)},
            2000);
  const Tally& tally = results.groups[0];
  EXPECT_EQ(tally.released, 1U);
  EXPECT_EQ(tally.admitted, 1U);
  EXPECT_EQ(tally.completed, 1U);
  EXPECT_EQ(tally.missed, 0U);
  EXPECT_EQ(tally.response_ns.largest(), 40U) << "counts from the nominal release";
  EXPECT_EQ(tally.window_completions, 1U);
  EXPECT_EQ(tally.window_on_time, 1U);
}

TEST(Metrics, OnTheDeadlineIsInTimeAndAfterItIsMissed) {
  const RunResults results =
      watch(one_task(1),
            {Moment(200).released(job(0, 0), 200).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
             Moment(250).finished(0, 50).released(job(0, 1), 250).admit(job(0, 1)).launch(0, 0, {job(0, 1)}),
             Moment(301).finished(0, 51)},
            2000);
  EXPECT_EQ(results.groups[0].completed, 2U);
  EXPECT_EQ(results.groups[0].missed, 1U);
  EXPECT_EQ(results.groups[0].window_on_time, 1U);
}

// A job of 50 ns is released at 200, has its deadline at 250 and completes at 260.
std::uint64_t explained(std::int64_t gap_until, std::int64_t gap_taken) {
  const JobId id = job(0, 0);
  const RunResults results = watch(one_task(1),
                                   {Moment(200).released(id, 200).admit(id).launch(0, 0, {id}),
                                    Moment(260).finished(0, 50).gap(gap_until, gap_taken)},
                                   2000);
  EXPECT_EQ(results.groups[0].missed, 1U);
  return results.groups[0].missed_by_host;
}

TEST(Metrics, AGapExplainsALateJobIfItIsAsLongAsTheLateness) {
  EXPECT_EQ(explained(240, 10), 1U);
  EXPECT_EQ(explained(240, 9), 0U) << "the job would have been late without it";
}

TEST(Metrics, AGapExplainsNoJobOfAnotherTime) {
  EXPECT_EQ(explained(200, 50), 0U) << "it ended at the release";
  EXPECT_EQ(explained(201, 50), 1U);
  EXPECT_EQ(explained(270, 10), 0U) << "it began when the job was complete";
  EXPECT_EQ(explained(270, 11), 1U);
}

TEST(Metrics, AGapBeforeTheLastStepExplainsToo) {
  const JobId id = job(0, 0);
  const RunResults results = watch(one_task(1),
                                   {Moment(200).released(id, 200).admit(id).launch(0, 0, {id}),
                                    Moment(230).gap(225, 20), Moment(260).finished(0, 50).gap(255, 1)},
                                   2000);
  EXPECT_EQ(results.groups[0].missed_by_host, 1U);
}

// Of three jobs that wait at the end of the run, two are older than the limit of 300 ns.
TEST(Metrics, AnUnfinishedJobCountsByItsAge) {
  RunDescription run = one_task(1);
  run.groups[0].slo.response_p99_ms_max = 300e-6;
  const JobId first = job(0, 0);
  const JobId second = job(0, 1);
  const JobId third = job(0, 2);
  const RunResults results =
      watch(run,
            {Moment(200).released(first, 200).admit(first), Moment(799).released(second, 799).admit(second),
             Moment(800).released(third, 800).admit(third)},
            1100);
  EXPECT_EQ(results.groups[0].unfinished, 3U);
  EXPECT_EQ(results.groups[0].unfinished_past_limit, 2U) << "at the limit it is within it";
}

TEST(Metrics, CountsTheJobsReleasedInTheWindowOnly) {
  const RunResults results =
      watch(one_task(1),
            {Moment(99).released(job(0, 0), 99).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
             Moment(120).finished(0, 21).released(job(0, 1), 100).admit(job(0, 1)).launch(0, 0, {job(0, 1)}),
             Moment(130).finished(0, 10),
             Moment(1120).released(job(0, 2), 1099).reject(job(0, 2)).released(job(0, 3), 1100),
             Moment(1121).reject(job(0, 3))},
            2000);
  const Tally& tally = results.groups[0];
  EXPECT_EQ(tally.released, 2U) << "jobs 1 and 2";
  EXPECT_EQ(tally.completed, 1U);
  EXPECT_EQ(tally.rejected_all(), 1U);
  EXPECT_EQ(tally.window_completions, 2U) << "throughput is by completion";
  EXPECT_EQ(tally.response_ns.count(), 1U);
}

TEST(Metrics, ACompletionAfterTheWindowIsNoThroughput) {
  const RunResults results =
      watch(one_task(1),
            {Moment(1090).released(job(0, 0), 1090).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
             Moment(1100).finished(0, 10)},
            2000);
  EXPECT_EQ(results.groups[0].completed, 1U);
  EXPECT_EQ(results.groups[0].window_completions, 0U);
  EXPECT_EQ(results.stages.finished, 0U);
}

TEST(Metrics, RejectionsAreKeptByReason) {
  Moment moment(200);
  moment.released(job(0, 0), 200).released(job(0, 1), 200).released(job(0, 2), 200);
  moment.reject(job(0, 0))
      .reject(job(0, 1), RejectReason::kCertainlyLate)
      .reject(job(0, 2), RejectReason::kUtilization);
  const RunResults results = watch(one_task(), {moment}, 2000);
  EXPECT_EQ(results.groups[0].rejected, (std::array<std::uint64_t, kRejectReasons>{2, 1, 0}));
  EXPECT_EQ(results.groups[0].missed, 0U) << "a rejected job is lost, not missed";
}

TEST(Metrics, UnfinishedAtTheEndIsMissedOnceItsDeadlineHasCome) {
  const Moment moment = Moment(200).released(job(0, 0), 200).admit(job(0, 0)).launch(0, 0, {job(0, 0)});
  EXPECT_EQ(watch(one_task(), {moment}, 250).groups[0].missed, 1U);
  EXPECT_EQ(watch(one_task(), {moment}, 250).groups[0].unfinished, 1U);
  const RunResults cut_short = watch(one_task(), {moment}, 249);
  EXPECT_EQ(cut_short.groups[0].missed, 0U);
  EXPECT_EQ(cut_short.groups[0].unfinished, 1U);
}

TEST(Metrics, ADroppedJobIsMissedAndItsStageCompletesNothing) {
  const RunResults results =
      watch(one_task(1),
            {Moment(200).released(job(0, 0), 200).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
             Moment(210).drop(job(0, 0)), Moment(220).finished(0, 20)},
            2000);
  const Tally& tally = results.groups[0];
  EXPECT_EQ(tally.dropped, 1U);
  EXPECT_EQ(tally.missed, 1U);
  EXPECT_EQ(tally.completed, 0U);
  EXPECT_EQ(tally.unfinished, 0U);
}

TEST(Metrics, CountsAreConserved) {
  Moment first(200);
  for (std::uint32_t i = 0; i < 6; ++i) first.released(job(0, i), 200);
  first.admit(job(0, 0)).admit(job(0, 1)).admit(job(0, 2)).admit(job(0, 3)).reject(job(0, 4)).reject(
      job(0, 5));
  first.launch(0, 0, {job(0, 0), job(0, 1)});
  const Tally tally =
      watch(one_task(1), {first, Moment(210).finished(0, 10).drop(job(0, 2))}, 2000).groups[0];
  EXPECT_EQ(tally.released, tally.admitted + tally.rejected_all());
  EXPECT_EQ(tally.admitted, tally.completed + tally.dropped + tally.unfinished);
  EXPECT_EQ(tally.completed, 2U) << "a batch completes all its jobs";
}

// Jobs 0, 1 and 3 miss, job 2 is rejected, and job 4 is in time. They finish in another order.
TEST(Metrics, MissesInARowGoByReleaseAndPassOverRejectedJobs) {
  Moment first(200);
  for (std::uint32_t i = 0; i < 5; ++i) first.released(job(0, i), i == 4 ? 200 : 110 + i);
  for (const std::uint32_t i : {0U, 1U, 3U, 4U}) first.admit(job(0, i));
  first.reject(job(0, 2)).launch(0, 0, {job(0, 4)});
  const RunResults results =
      watch(one_task(1),
            {first, Moment(210).finished(0, 10).launch(0, 0, {job(0, 3)}),
             Moment(220).finished(0, 10).launch(0, 0, {job(0, 0), job(0, 1)}), Moment(230).finished(0, 10)},
            2000);
  EXPECT_EQ(results.groups[0].missed, 3U);
  EXPECT_EQ(results.groups[0].consecutive_misses_max, 3U);
}

TEST(Metrics, ATaskInTimeInBetweenBreaksTheRow) {
  MetricsCollector collector(one_task(1));
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::int64_t release = 200 + 100 * std::int64_t{i};
    Moment(release).released(job(0, i), release).admit(job(0, i)).launch(0, 0, {job(0, i)}).feed(collector);
    const std::int64_t execution = i == 1 ? 10 : 60;
    Moment(release + execution).finished(0, execution).feed(collector);
  }
  collector.on_end(at(2000));
  EXPECT_EQ(collector.results().groups[0].missed, 2U);
  EXPECT_EQ(collector.results().groups[0].consecutive_misses_max, 1U);
}

TEST(Metrics, SlotsAreBusyFromLaunchToFinishInsideTheWindow) {
  const JobId id = job(0, 0);
  const RunResults results =
      watch(small_run({{0, ns(5000), 1, 3}}, 1, 2),
            {Moment(50).released(id, 50).admit(id).launch(0, 0, {id}),
             Moment(150).finished(0, 90).launch(1, 1, {id}), Moment(400).finished(1, 200),
             Moment(1000).launch(0, 2, {id}), Moment(1300).finished(0, 300)},
            2000);
  EXPECT_EQ(results.slots, 2U);
  EXPECT_EQ(results.busy_slot_ns, 50U + 250U + 100U);
}

TEST(Metrics, ASlotStillBusyAtTheEndCounts) {
  const JobId id = job(0, 0);
  EXPECT_EQ(watch(one_task(), {Moment(600).released(id, 600).admit(id).launch(0, 0, {id})}, 700).busy_slot_ns,
            100U);
}

TEST(Metrics, SlowDownAndCoverageOfStages) {
  const JobId id = job(0, 0);
  const RunResults results = watch(
      small_run({{0, ns(500), 1, 3}}),
      {Moment(200).released(id, 200).admit(id).launch(0, 0, {id}),
       Moment(230).finished(0, 30, 20, 30, 29).launch(0, 1, {id}),
       Moment(260).finished(0, 30, 30, 29, 30).launch(0, 2, {id}), Moment(290).finished(0, 30, 0, 31, 31)},
      2000);
  EXPECT_EQ(results.stages.finished, 3U);
  EXPECT_EQ(results.stages.within_mret, 2U) << "equal is within";
  EXPECT_EQ(results.stages.within_afet, 2U);
  EXPECT_EQ(results.stages.afet_ns, 29U + 30U + 31U);
  EXPECT_DOUBLE_EQ(full_load_share(results), 90.0 / static_cast<double>(results.window.ns()))
      << "of one slot";
  EXPECT_EQ(results.stages.slowdown_ppm.count(), 2U) << "not where the time alone is unknown";
  EXPECT_EQ(results.stages.slowdown_ppm.largest(), 1'500'000U);
}

TEST(Metrics, ALostContextFreesItsSlotsAndItsLateNewsIsIgnored) {
  const JobId id = job(0, 0);
  const RunResults results =
      watch(small_run({{0, ns(500), 1, 1}}, 2, 1),
            {Moment(200).released(id, 200).admit(id).launch(1, 0, {id}),
             Moment(250).event(ContextLost{ContextId(1)}).drop(id), Moment(300).finished(1, 100)},
            2000);
  EXPECT_EQ(results.busy_slot_ns, 50U);
  EXPECT_EQ(results.stages.finished, 0U);
  EXPECT_EQ(results.groups[0].dropped, 1U);
  EXPECT_EQ(results.groups[0].completed, 0U);
}

TEST(Metrics, AFailedLaunchFreesTheSlot) {
  const JobId id = job(0, 0);
  const RunResults results =
      watch(one_task(1),
            {Moment(200).released(id, 200).admit(id).launch(0, 0, {id}),
             Moment(220).event(LaunchFailed{SlotId(0), LaunchFailure::kRefused}).drop(id)},
            2000);
  EXPECT_EQ(results.busy_slot_ns, 20U);
  EXPECT_EQ(results.groups[0].missed, 1U);
}

TEST(Metrics, ImagesAndMigrationsCountByTask) {
  const JobId id = job(1, 0);
  const RunResults results = watch(small_run({{0, ns(50), 1, 1}, {0, ns(50), 4, 1}}),
                                   {Moment(50).decision(MigrateTask{TaskId(1), ContextId(0), ContextId(1)}),
                                    Moment(200)
                                        .released(id, 200)
                                        .decision(MigrateTask{TaskId(1), ContextId(1), ContextId(0)})
                                        .admit(id)
                                        .launch(0, 0, {id}),
                                    Moment(210).finished(0, 10)},
                                   2000);
  EXPECT_EQ(results.groups[1].migrations, 1U) << "inside the window only";
  EXPECT_EQ(results.groups[1].window_images, 4U);
  EXPECT_EQ(results.groups[0].migrations, 0U);
}

// Jobs are released at 195 and seen at 200. Job 0 and job 1, which migrated, start at once. Job 2 waits for a
// slot.
TEST(Metrics, StartsOfMigratedJobsStandBesideTheOthersWhereASlotWasFree) {
  Moment first(200);
  for (std::uint32_t task = 0; task < 3; ++task) first.released(job(task, 0), 195);
  first.admit(job(0, 0)).decision(MigrateTask{TaskId(1), ContextId(0), ContextId(1)}).admit(job(1, 0));
  first.admit(job(2, 0)).launch(0, 0, {job(0, 0)}).launch(1, 0, {job(1, 0)});
  const RunResults results = watch(
      small_run({{0, ns(90), 1, 2}, {0, ns(90), 1, 1}, {0, ns(90), 1, 1}}, 2, 1),
      {first, Moment(220).finished(0, 18).finished(1, 17).launch(0, 1, {job(0, 0)}).launch(1, 0, {job(2, 0)}),
       Moment(240).finished(0, 20).finished(1, 20)},
      2000);
  ASSERT_EQ(results.groups.size(), 3U);
  EXPECT_EQ(results.groups[0].starts.others_ns.count(), 1U) << "a second stage is no start";
  EXPECT_EQ(results.groups[0].starts.others_ns.largest(), 7U);
  EXPECT_EQ(results.groups[0].starts.migrated_ns.count(), 0U);
  EXPECT_EQ(results.groups[1].starts.migrated_ns.count(), 1U);
  EXPECT_EQ(results.groups[1].starts.migrated_ns.largest(), 8U);
  EXPECT_EQ(results.groups[1].starts.others_ns.count(), 0U);
  EXPECT_EQ(results.groups[2].starts.others_ns.count(), 0U) << "it waited";
}

TEST(Metrics, ManyJobsOfATaskInTheSystemAtOnce) {
  MetricsCollector collector(one_task(1));
  Moment first(200);
  for (std::uint32_t i = 0; i < 100; ++i) first.released(job(0, i), 200);
  for (std::uint32_t i = 0; i < 100; ++i) first.admit(job(0, i));
  first.launch(0, 0, {job(0, 99)});
  first.feed(collector);
  for (std::uint32_t i = 99; i > 0; --i)
    Moment(300 - i).finished(0, 1).launch(0, 0, {job(0, i - 1)}).feed(collector);
  Moment(301).finished(0, 1).feed(collector);
  collector.on_end(at(2000));
  EXPECT_EQ(collector.results().groups[0].completed, 100U);
}

TEST(MetricsDeathTest, ResultsAreThereAfterTheEndOnly) {
  const MetricsCollector collector(one_task());
  EXPECT_DEATH((void)collector.results(), "ended_");
}

TEST(RunResults, PoolingSumsCountsAndKeepsTheLongestRow) {
  const Moment late = Moment(200).released(job(0, 0), 200).admit(job(0, 0)).launch(0, 0, {job(0, 0)});
  const RunResults one = watch(one_task(1), {late, Moment(290).finished(0, 90)}, 2000);
  const RunResults other = watch(one_task(1), {late, Moment(210).finished(0, 10)}, 2000);
  const RunResults pooled = pool(std::vector<RunResults>{one, other});
  EXPECT_EQ(pooled.groups[0].completed, 2U);
  EXPECT_EQ(pooled.groups[0].missed, 1U);
  EXPECT_EQ(pooled.groups[0].consecutive_misses_max, 1U);
  EXPECT_EQ(pooled.groups[0].response_ns.largest(), 90U);
  EXPECT_EQ(pooled.window.ns(), 2000);
  EXPECT_EQ(pooled.busy_slot_ns, 100U);
}

}  // namespace
}  // namespace daris
