#include "workloads/merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace daris {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TaskGroup group_of(const std::string& name, std::uint32_t count, const std::string& model = "resnet18") {
  TaskGroup group;
  group.name = name;
  group.count = count;
  group.model = model;
  group.weights = Weights::kOwn;
  group.period = group.deadline = Duration::from_ns(40'000'000);
  return group;
}

Workload workload_of(std::vector<TaskGroup> groups) { return make_workload({"set", std::move(groups)}); }

std::vector<std::uint32_t> sizes(const Merging& merging) {
  std::vector<std::uint32_t> numbers;
  for (const MergeGroup& group : merging.groups) numbers.push_back(group.network->members);
  return numbers;
}

std::string refusal(TaskGroup group, std::optional<std::uint32_t> limit = {}) {
  const Result<Merging> merging = merge_tasks(workload_of({std::move(group)}), limit);
  return merging.ok() ? "" : merging.error().message;
}

TEST(MergedNetworks, AreFoundByNameOrByModelAndMembers) {
  const ModelInfo* const network = find_merged_network("resnet50", 16);
  ASSERT_NE(network, nullptr);
  EXPECT_EQ(network->name, "resnet50-merged16");
  EXPECT_EQ(network->members, 16U);
  EXPECT_EQ(network->parameters, 16 * find_model("resnet50").value()->parameters);
  EXPECT_EQ(find_network("resnet50-merged16").value(), network);
  EXPECT_EQ(find_network("resnet50").value(), find_model("resnet50").value());
  EXPECT_EQ(find_merged_network("resnet50", 12), nullptr);
  EXPECT_EQ(find_merged_network("unet", 8), nullptr);
  EXPECT_FALSE(find_model("resnet50-merged16").ok()) << "a task can't have it";
}

TEST(MergeTasks, FillsTheLargestNetworksFirst) {
  const Merging merging = merge_tasks(workload_of({group_of("a", 40), group_of("b", 80)}), {}).value();
  EXPECT_THAT(sizes(merging), ElementsAre(32, 32, 32, 16, 8));
  EXPECT_EQ(merging.group_of_task[31], 0U);
  EXPECT_EQ(merging.member_of_task[31], 31U);
  EXPECT_EQ(merging.group_of_task[32], 1U);
  EXPECT_EQ(merging.member_of_task[32], 0U);
  EXPECT_EQ(merging.groups[4].tasks.back(), TaskId(119));
}

TEST(MergeTasks, KeepsToTheLimit) {
  const Workload workload = workload_of({group_of("a", 40)});
  EXPECT_THAT(sizes(merge_tasks(workload, 16).value()), ElementsAre(16, 16, 8));
  EXPECT_THAT(sizes(merge_tasks(workload, 15).value()), ElementsAre(8, 8, 8, 8, 8));
  EXPECT_THAT(sizes(merge_tasks(workload, 64).value()), ElementsAre(32, 8));
}

TEST(MergeTasks, LeavesMembersOfTheLastNetworkWithoutATask) {
  const Merging merging = merge_tasks(workload_of({group_of("a", 11)}), {}).value();
  EXPECT_THAT(sizes(merging), ElementsAre(8, 8));
  EXPECT_EQ(merging.groups[1].tasks.size(), 3U);
}

TEST(MergeTasks, MergesEachModelAndPrecisionByItself) {
  TaskGroup half = group_of("c", 8);
  half.precision = Precision::kFp16;
  const Merging merging =
      merge_tasks(workload_of({group_of("a", 4), group_of("b", 8, "resnet50"), half, group_of("d", 4)}), {})
          .value();
  EXPECT_THAT(sizes(merging), ElementsAre(8, 8, 8));
  EXPECT_EQ(merging.groups[0].network->name, "resnet18-merged8");
  EXPECT_EQ(merging.groups[1].network->name, "resnet50-merged8");
  EXPECT_EQ(merging.groups[2].precision, Precision::kFp16);
  EXPECT_EQ(merging.group_of_task.back(), 0U) << "the tasks of d are merged with those of a";
  EXPECT_EQ(merging.member_of_task.back(), 7U);
}

TEST(MergeTasks, RefusesWhatCanNotBeMerged) {
  EXPECT_THAT(refusal(group_of("a", 4, "unet")), HasSubstr("has no merged networks of unet"));
  TaskGroup shared = group_of("a", 4);
  shared.weights = Weights::kShared;
  EXPECT_THAT(refusal(shared), HasSubstr("set \"weights\": \"own\""));
  TaskGroup pairs = group_of("a", 4);
  pairs.batch = 2;
  EXPECT_THAT(refusal(pairs), HasSubstr("takes one input a job, not 2"));
  EXPECT_THAT(refusal(group_of("a", 4), 4), HasSubstr("batch_limit: 4 networks can't be merged"));
}

}  // namespace
}  // namespace daris
