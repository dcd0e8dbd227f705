#include "workloads/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace daris {
namespace {

using ::testing::ElementsAre;

TaskGroup group_of(const std::string& name, std::uint32_t count, const std::string& model, Weights weights) {
  TaskGroup group;
  group.name = name;
  group.count = count;
  group.model = model;
  group.weights = weights;
  group.period = Duration::from_ns(1'000'000);
  group.deadline = group.period;
  group.arrival.kind = ArrivalKind::kPoisson;
  return group;
}

TaskSet some_set() {
  return {"set",
          {group_of("a", 2, "resnet18", Weights::kShared), group_of("b", 1, "unet", Weights::kShared),
           group_of("c", 2, "resnet18", Weights::kOwn), group_of("d", 1, "resnet18", Weights::kShared)}};
}

TEST(Workload, WritesCopiesOutInOrder) {
  const Workload workload = make_workload(some_set());
  std::vector<std::string> names;
  std::vector<std::uint32_t> groups;
  for (const Task& task : workload.tasks) {
    names.push_back(task.name);
    groups.push_back(task.group);
  }
  EXPECT_THAT(names, ElementsAre("a/1", "a/2", "b", "c/1", "c/2", "d"));
  EXPECT_THAT(groups, ElementsAre(0, 0, 1, 2, 2, 3));
  EXPECT_EQ(workload.group_of(TaskId(4)).name, "c");
}

TEST(Workload, SharesWeightsOnlyOfOneModelAndPrecision) {
  TaskSet set = some_set();
  set.groups.push_back(group_of("e", 1, "resnet18", Weights::kShared));
  set.groups.back().precision = Precision::kFp16;
  set.groups[3].batch = 8;  // another batch may still share
  std::vector<std::uint32_t> ids;
  for (const Task& task : make_workload(set).tasks) ids.push_back(task.weights_id);
  EXPECT_THAT(ids, ElementsAre(0, 0, 1, 2, 3, 0, 4));
}

TEST(Workload, ReleasesAreSortedAndNumberedByTask) {
  const Workload workload = make_workload(some_set());
  const ReleaseList releases = make_releases(workload, 1, 0, Time::from_ns(100'000'000));
  ASSERT_GT(releases.size(), 500U);
  std::vector<std::uint32_t> next(workload.tasks.size());
  for (std::size_t i = 0; i < releases.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(std::tie(releases[i - 1].nominal, releases[i - 1].job),
                std::tie(releases[i].nominal, releases[i].job));
    }
    EXPECT_EQ(releases[i].job.ordinal, next.at(releases[i].job.task.at())++);
  }
}

ReleaseList of_task(const ReleaseList& releases, TaskId task, TaskId named) {
  ReleaseList chosen;
  for (const Release& release : releases)
    if (release.job.task == task) chosen.push_back({release.nominal, {release.job.ordinal, named}});
  return chosen;
}

TEST(Workload, MoreCopiesOfOneGroupShiftNoOtherTask) {
  const Time end = Time::from_ns(50'000'000);
  TaskSet more = some_set();
  more.groups[0].count = 7;
  more.groups[1].period = Duration::from_ns(77'777);
  const ReleaseList before = make_releases(make_workload(some_set()), 4, 2, end);
  const ReleaseList after = make_releases(make_workload(more), 4, 2, end);
  for (const auto& [old_task, new_task] :
       {std::pair(0, 0), std::pair(1, 1), std::pair(3, 8), std::pair(5, 10)}) {
    const TaskId named(static_cast<std::uint32_t>(old_task));
    EXPECT_EQ(of_task(before, named, named),
              of_task(after, TaskId(static_cast<std::uint32_t>(new_task)), named))
        << old_task;
  }
}

// As a priority mix of 0 or 1 leaves them out.
TEST(Workload, GroupsThatAreLeftOutShiftNoOtherTask) {
  const Time end = Time::from_ns(50'000'000);
  TaskSet fewer = some_set();
  fewer.groups.erase(fewer.groups.begin());
  for (TaskGroup& group : fewer.groups) group.left_out_before = 1;
  const ReleaseList before = make_releases(make_workload(some_set()), 4, 2, end);
  const ReleaseList after = make_releases(make_workload(fewer), 4, 2, end);
  for (const std::uint32_t task : {0U, 1U, 3U})
    EXPECT_EQ(of_task(before, TaskId(task + 2), TaskId(task)), of_task(after, TaskId(task), TaskId(task)));
}

TEST(Workload, ExpectsAsManyReleasesAsThereAreOnAverage) {
  const Workload workload = make_workload(some_set());
  EXPECT_DOUBLE_EQ(expected_releases(workload, Time::from_ns(100'000'000)), 600);
  TaskSet traced = some_set();
  traced.groups[0].arrival.kind = ArrivalKind::kTrace;
  traced.groups[0].arrival.trace = {Time(), Time(), Time()};
  EXPECT_DOUBLE_EQ(expected_releases(make_workload(traced), Time::from_ns(100'000'000)), 406);
}

// The bytes that every machine and compiler must give.
TEST(Workload, FirstReleasesAreFixed) {
  TaskSet set = some_set();
  set.groups[1].arrival.kind = ArrivalKind::kGamma;
  set.groups[1].arrival.coefficient_of_variation = 2;
  set.groups[2].arrival.kind = ArrivalKind::kPeriodic;
  set.groups[3].arrival.kind = ArrivalKind::kSporadic;
  set.groups[3].arrival.jitter_ms = 0.5;
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a over all releases
  for (const Release& release : make_releases(make_workload(set), 1, 0, Time::from_ns(1'000'000'000)))
    for (const std::uint64_t word :
         {static_cast<std::uint64_t>(release.nominal.ns()), std::uint64_t{release.job.ordinal},
          std::uint64_t{release.job.task.value()}})
      hash = (hash ^ word) * 1099511628211U;
  EXPECT_EQ(hash, 6253478209995722931U);
}

}  // namespace
}  // namespace daris
