#include "drive/release_feed.h"

#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

Time at_ns(std::int64_t ns) { return Time::from_ns(ns); }

Release job(std::int64_t at, std::uint32_t task, std::uint32_t ordinal) {
  return {at_ns(at), JobId{ordinal, TaskId(task)}};
}

// "5:0.1" is the second job of task 0, told at 5; each instant is asked for as it comes.
std::string told_by(ReleaseFeed feed) {
  std::string text;
  while (feed.next() < Time::never()) {
    const Time now = feed.next();
    while (const std::optional<ToldRelease> told = feed.take_due(now)) {
      EXPECT_EQ(told->told, now);
      const JobId job = told->release.job;
      text += (text.empty() ? "" : " ") + std::to_string(now.ns()) + ":" + std::to_string(job.task.value()) +
              "." + std::to_string(job.ordinal);
    }
  }
  return text;
}

TEST(ReleaseFeed, TellsAtNominalInstantsUnlessSomethingIsLate) {
  const ReleaseList releases{job(1, 0, 0), job(5, 0, 1), job(5, 1, 0)};
  EXPECT_EQ(told_by({releases, {}, Time::never()}), "1:0.0 5:0.1 5:1.0");
  EXPECT_EQ(told_by({{}, {}, Time::never()}), "");
  const std::vector<LateReleases> later{{at_ns(6), at_ns(9), std::nullopt}};
  EXPECT_EQ(told_by({releases, later, Time::never()}), "1:0.0 5:1.0 5:0.1") << "by job id at one instant";
}

TEST(ReleaseFeed, HoldsReleasesOfAWindowBack) {
  const ReleaseList releases{job(1, 0, 0), job(2, 1, 0), job(5, 2, 0), job(6, 3, 0)};
  const std::vector<LateReleases> until{{at_ns(2), at_ns(6), std::nullopt}};
  EXPECT_EQ(told_by({releases, until, Time::never()}), "1:0.0 6:1.0 6:2.0 6:3.0");
  const std::vector<LateReleases> by{{at_ns(2), at_ns(6), Duration::from_ns(3)}};
  EXPECT_EQ(told_by({releases, by, Time::never()}), "1:0.0 5:1.0 6:3.0 8:2.0") << "other tasks overtake";
}

TEST(ReleaseFeed, KeepsTheOrderOfATask) {
  const ReleaseList releases{job(1, 0, 0), job(2, 1, 0), job(3, 0, 1), job(9, 0, 2)};
  const std::vector<LateReleases> late{{at_ns(1), at_ns(2), Duration::from_ns(5)}};
  EXPECT_EQ(told_by({releases, late, Time::never()}), "2:1.0 6:0.0 6:0.1 9:0.2");
}

TEST(ReleaseFeed, TakesTheLatestOfSeveralWindows) {
  const ReleaseList releases{job(4, 0, 0)};
  const std::vector<LateReleases> late{{at_ns(0), at_ns(6), std::nullopt},
                                       {at_ns(0), at_ns(6), Duration::from_ns(7)},
                                       {at_ns(0), at_ns(6), Duration::from_ns(1)}};
  EXPECT_EQ(told_by({releases, late, Time::never()}), "11:0.0");
}

TEST(ReleaseFeed, TellsNothingLaterThanItMustAtAll) {
  const ReleaseList releases{job(1, 0, 0), job(2, 1, 0), job(5, 0, 1), job(30, 1, 1)};
  const std::vector<LateReleases> for_ages{{at_ns(0), at_ns(1'000'000), std::nullopt}};
  EXPECT_EQ(told_by({releases, for_ages, at_ns(20)}), "20:0.0 20:1.0 20:0.1 30:1.1");
  const std::vector<LateReleases> by_much{{at_ns(2), at_ns(6), Duration::from_ns(500)}};
  EXPECT_EQ(told_by({releases, by_much, at_ns(20)}), "1:0.0 20:1.0 20:0.1 30:1.1");
  std::vector<TaskSetup> tasks(2);
  tasks[0].relative_deadline = Duration::from_ns(7);
  tasks[1].relative_deadline = Duration::from_ns(3);
  EXPECT_EQ(latest_telling(tasks, at_ns(40)), at_ns(47));
}

TEST(ReleaseFeed, KnowsWhatIsStillToBeTold) {
  const ReleaseList releases{job(4, 0, 0), job(5, 1, 0)};
  const std::vector<LateReleases> late{{at_ns(4), at_ns(5), Duration::from_ns(9)}};
  ReleaseFeed plain(releases, {}, Time::never());
  EXPECT_TRUE(plain.all_told_before(at_ns(4)));
  EXPECT_FALSE(plain.all_told_before(at_ns(5)));
  ReleaseFeed feed(releases, late, Time::never());
  EXPECT_TRUE(feed.take_due(at_ns(5)));  // of task 1
  EXPECT_FALSE(feed.take_due(at_ns(12)));
  EXPECT_TRUE(feed.all_told_before(at_ns(4)));
  EXPECT_FALSE(feed.all_told_before(at_ns(6)));
  EXPECT_TRUE(feed.take_due(at_ns(13)));
  EXPECT_TRUE(feed.all_told_before(at_ns(6)));
}

}  // namespace
}  // namespace daris
