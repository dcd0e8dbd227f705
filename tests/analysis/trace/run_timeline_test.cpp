#include "analysis/trace/run_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/trace/job_lanes.h"
#include "analysis/trace/run_counters.h"
#include "tests/analysis/trace/sample_run.h"

namespace daris {
namespace {

using testing::at;
using ::testing::ElementsAre;
using testing::job;
using testing::Moment;
using ::testing::Pair;
using testing::sample_header;
using testing::timeline_of;

// Two jobs of one task in two slots; the second is dropped while it runs, and a third is rejected.
RunTimeline sample() {
  Moment end(60);
  end.finished(0, 45, 40, 50, 50);
  return timeline_of(
      sample_header({{0, 50, {50}}}, 1, 2),
      {Moment(10).released(job(0, 0), 5).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
       Moment(20).released(job(0, 1), 20).admit(job(0, 1)), Moment(30).launch(1, 0, {job(0, 1)}),
       Moment(40).released(job(0, 2), 40).reject(job(0, 2)),
       Moment(50).event(LaunchFailed{SlotId(1)}).drop(job(0, 1)), end},
      100);
}

TEST(RunTimeline, KnowsHowEachJobEnded) {
  const RunTimeline timeline = sample();
  ASSERT_EQ(timeline.jobs.size(), 3U);
  EXPECT_EQ(timeline.jobs[0].end, JobEnd::kCompleted);
  EXPECT_TRUE(timeline.jobs[0].missed) << "5 + 50 < 60";
  EXPECT_EQ(timeline.jobs[1].end, JobEnd::kDropped);
  EXPECT_TRUE(timeline.jobs[1].missed);
  EXPECT_EQ(timeline.jobs[2].end, JobEnd::kRejected);
  EXPECT_FALSE(timeline.jobs[2].missed);
  ASSERT_EQ(timeline.launches.size(), 2U);
  EXPECT_EQ(timeline.launches[0].started, at(15));
  EXPECT_EQ(timeline.launches[0].ended, at(60));
  EXPECT_EQ(timeline.launches[1].end, LaunchEnd::kLost);
  EXPECT_EQ(timeline.launches[1].ended, at(50));
}

TEST(RunTimeline, TimesOfAStageLieBetweenItsLaunchAndItsEnd) {
  Moment end(60);
  end.finished(0, 100);  // by the GPU's timer, which is not the host's
  const RunTimeline timeline =
      timeline_of(sample_header({{0, 90}}),
                  {Moment(10).released(job(0, 0), 10).admit(job(0, 0)).launch(0, 0, {job(0, 0)}), end}, 100);
  EXPECT_EQ(timeline.launches[0].started, at(10));
  EXPECT_EQ(timeline.launches[0].ended, at(60));
}

TEST(RunTimeline, AnOpenJobIsMissedIfItsDeadlineCame) {
  const std::vector<Moment> moments = {Moment(10).released(job(0, 0), 10).admit(job(0, 0))};
  EXPECT_TRUE(timeline_of(sample_header({{0, 90}}), moments, 100).jobs[0].missed);
  EXPECT_FALSE(timeline_of(sample_header({{0, 90}}), moments, 99).jobs[0].missed);
}

TEST(RunTimeline, SeesWhatCannotHaveHappened) {
  const EventLogHeader header = sample_header({{0, 90}});
  TimelineRecorder unknown("log", header);
  Moment(10).admit(job(0, 0)).feed(unknown);
  EXPECT_TRUE(unknown.broken());
  TimelineRecorder busy("log", header);
  Moment(10).released(job(0, 0), 10).admit(job(0, 0)).launch(0, 0, {job(0, 0)}).feed(busy);
  EXPECT_FALSE(busy.broken());
  Moment(20).launch(0, 0, {job(0, 0)}).feed(busy);
  EXPECT_TRUE(busy.broken());
}

TEST(RunTimeline, JobsThatOverlapHaveLanesOfTheirOwn) {
  const JobLanes lanes = assign_lanes(sample());
  EXPECT_THAT(lanes.lane, ElementsAre(0, 1, 2));
  EXPECT_THAT(lanes.lanes, ElementsAre(3));
}

TEST(RunTimeline, CountersChangeWithLaunchesAndWaits) {
  const RunTimeline timeline = sample();
  EXPECT_THAT(busy_slots(timeline),
              ElementsAre(Pair(at(10), 1), Pair(at(30), 2), Pair(at(50), 1), Pair(at(60), 0)));
  EXPECT_THAT(waiting_jobs(timeline), ElementsAre(Pair(at(20), 1), Pair(at(30), 0)));
  EXPECT_THAT(busy_sms(timeline), ElementsAre(Pair(at(10), 16), Pair(at(60), 0)));
}

}  // namespace
}  // namespace daris
