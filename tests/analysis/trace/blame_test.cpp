#include "analysis/trace/blame.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/analysis/trace/sample_run.h"

namespace daris {
namespace {

using testing::job;
using testing::Moment;
using testing::ns;
using testing::sample_header;
using testing::timeline_of;

// One slot. Stages are estimated to take 10 ns; in most stories the deadline is 25 ns after the release.
constexpr std::int64_t kEstimate = 10;

// The end of a stage that took so long and began right after its launch.
Moment& ends(Moment& moment, std::int64_t took) { return moment.finished(0, took, 8, kEstimate, kEstimate); }

// Job `i` of task 0 comes at 100 * i and begins.
Moment runs_at_once(std::uint32_t i) {
  const std::int64_t now = std::int64_t{100} * i;
  return Moment(now).released(job(0, i), now).admit(job(0, i)).launch(0, 0, {job(0, i)});
}

std::vector<MissBlame> blamed(const EventLogHeader& header, const std::vector<Moment>& moments) {
  return blame_misses(timeline_of(header, moments, 1000));
}

std::string cause_of(const std::vector<MissBlame>& blames) {
  return blames.size() == 1 ? std::string(to_text(blames[0].cause))
                            : std::to_string(blames.size()) + " misses";
}

Duration time_of(const MissBlame& blame, MissCause cause) {
  return blame.times[static_cast<std::size_t>(cause)];
}

TEST(Blame, NobodyIfNothingMissed) {
  Moment end(10);
  EXPECT_TRUE(
      blamed(sample_header({{0, 25}}),
             {Moment(0).released(job(0, 0), 0).admit(job(0, 0)).launch(0, 0, {job(0, 0)}), ends(end, 10)})
          .empty());
}

TEST(Blame, AStageThatTakesLongerThanEstimatedIsContention) {
  std::vector<Moment> moments;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const bool slow = i == 1;
    moments.push_back(runs_at_once(i));
    Moment end(std::int64_t{100} * i + (slow ? 40 : 10));
    moments.push_back(ends(end, slow ? 40 : 10));
  }
  const std::vector<MissBlame> blames = blamed(sample_header({{0, 25}}), moments);
  EXPECT_EQ(cause_of(blames), "contention");
  EXPECT_EQ(time_of(blames[0], MissCause::kContention), ns(30));
}

TEST(Blame, EstimatesThatNeverHoldAreAMatterOfAdmission) {
  std::vector<Moment> moments;
  for (std::uint32_t i = 0; i < 3; ++i) {
    moments.push_back(runs_at_once(i));
    Moment end(std::int64_t{100} * i + 40);
    moments.push_back(ends(end, 40));
  }
  for (const MissBlame& blame : blamed(sample_header({{0, 25}}), moments))
    EXPECT_EQ(to_text(blame.cause), "admission");
}

TEST(Blame, WhoIsToldLateIsLate) {
  Moment end(30);
  const std::vector<MissBlame> blames =
      blamed(sample_header({{0, 25}}),
             {Moment(20).released(job(0, 0), 0).admit(job(0, 0)).launch(0, 0, {job(0, 0)}), ends(end, 10)});
  EXPECT_EQ(cause_of(blames), "late_release");
  EXPECT_EQ(time_of(blames[0], MissCause::kLateRelease), ns(20));
}

TEST(Blame, ALaunchThatTakesLongIsTheLaunch) {
  Moment end(30);  // it began at 20
  EXPECT_EQ(cause_of(blamed(sample_header({{0, 25}}),
                            {Moment(0).released(job(0, 0), 0).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
                             ends(end, 10)})),
            "launch");
}

TEST(Blame, ALostContextIsALaunchThatNeverCameBack) {
  const std::vector<Moment> moments = {
      Moment(0).released(job(0, 0), 0).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
      Moment(5).event(ContextLost{ContextId(0)}).decision(DropJob{job(0, 0), DropReason::kContextLost})};
  EXPECT_EQ(cause_of(blamed(sample_header({{0, 25}}), moments)), "launch");
}

// A long stage of level 1 has just begun as level 0 is released.
TEST(Blame, ARunningStageOfALowerLevelBlocks) {
  Moment first(40), second(50);
  first.finished(0, 40, 30, 40, 40).launch(0, 0, {job(0, 0)});
  const std::vector<MissBlame> blames =
      blamed(sample_header({{0, 25}, {1, 1000, {40}}}),
             {Moment(0).released(job(1, 0), 0).admit(job(1, 0)).launch(0, 0, {job(1, 0)}),
              Moment(5).released(job(0, 0), 5).admit(job(0, 0)), first, ends(second, 10)});
  EXPECT_EQ(cause_of(blames), "blocking");
  EXPECT_EQ(time_of(blames[0], MissCause::kBlocking), ns(35));
}

// Level 1 waits, and two jobs of level 0 come later and go first.
TEST(Blame, WorkThatComesLaterAndGoesFirstIsQueueing) {
  Moment first(10), second(20), third(30), fourth(40);
  ends(first, 10).launch(0, 0, {job(1, 0)});
  ends(second, 10).launch(0, 0, {job(2, 0)});
  ends(third, 10).launch(0, 0, {job(3, 0)});
  EXPECT_EQ(cause_of(blamed(
                sample_header({{0, 1000}, {0, 1000}, {0, 1000}, {1, 35}}),
                {Moment(0)
                     .released(job(0, 0), 0)
                     .released(job(3, 0), 0)
                     .admit(job(0, 0))
                     .admit(job(3, 0))
                     .launch(0, 0, {job(0, 0)}),
                 Moment(5).released(job(1, 0), 5).admit(job(1, 0)),
                 Moment(6).released(job(2, 0), 6).admit(job(2, 0)), first, second, third, ends(fourth, 10)})),
            "queueing");
}

// Three jobs of one instant: the third can't be in time behind the others, and was admitted.
TEST(Blame, WorkAheadThatLeavesNoTimeIsAMatterOfAdmission) {
  Moment first(10), second(20), third(30);
  ends(first, 10).launch(0, 0, {job(1, 0)});
  ends(second, 10).launch(0, 0, {job(2, 0)});
  Moment start(0);
  for (std::uint32_t task = 0; task < 3; ++task) start.released(job(task, 0), 0).admit(job(task, 0));
  start.launch(0, 0, {job(0, 0)});
  EXPECT_EQ(
      cause_of(blamed(sample_header({{0, 25}, {0, 25}, {0, 25}}), {start, first, second, ends(third, 10)})),
      "admission");
}

// The first job is slow. Two that came meanwhile are late, and so is one that comes when all is well again.
TEST(Blame, WhatADisturbanceHeldUpIsStillItsFault) {
  Moment first(100), second(110), third(120), fourth(130), quick(210), last(310);
  ends(first, 100).launch(0, 0, {job(1, 0)});
  ends(second, 10).launch(0, 0, {job(2, 0)});
  ends(third, 10).launch(0, 0, {job(3, 0)});
  const std::vector<MissBlame> blames = blamed(
      sample_header({{0, 1000}, {0, 100}, {0, 100}, {0, 25}}),
      {Moment(0).released(job(0, 0), 0).admit(job(0, 0)).launch(0, 0, {job(0, 0)}),
       Moment(1).released(job(1, 0), 1).released(job(2, 0), 1).admit(job(1, 0)).admit(job(2, 0)), first,
       Moment(101).released(job(3, 0), 101).admit(job(3, 0)), second, third, ends(fourth, 10),
       Moment(200).released(job(0, 1), 200).admit(job(0, 1)).launch(0, 0, {job(0, 1)}), ends(quick, 10),
       Moment(300).released(job(0, 2), 300).admit(job(0, 2)).launch(0, 0, {job(0, 2)}), ends(last, 10)});
  ASSERT_EQ(blames.size(), 3U);
  for (const MissBlame& blame : blames) EXPECT_EQ(to_text(blame.cause), "contention") << blame.job;
}

}  // namespace
}  // namespace daris
