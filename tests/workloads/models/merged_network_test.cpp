// Merged networks against their members run alone, on the CPU.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/workloads/models/make_model.h"
#include "workloads/merged_networks.h"
#include "workloads/models/staged_model.h"

namespace daris {
namespace {

std::vector<StagedModel> make_members(const std::string& model, std::uint32_t count) {
  std::vector<StagedModel> members;
  for (std::uint32_t member = 0; member < count; ++member) members.push_back(make_model(model, member + 1));
  return members;
}

// The largest difference between the merged output of a row and that of its member alone, over the largest
// output. `images` of each member in turn.
double difference(const StagedModel& merged, const std::vector<StagedModel>& members,
                  const at::Tensor& images) {
  const at::Tensor together = merged.forward_whole(images);
  double largest = 0;
  double most = 0;
  for (std::int64_t row = 0; row < images.size(0); ++row) {
    const StagedModel& member = members[static_cast<std::size_t>(row) % members.size()];
    const at::Tensor alone = member.forward_whole(images.narrow(0, row, 1));
    most = std::max(most, (together.narrow(0, row, 1) - alone).abs().max().item<double>());
    largest = std::max(largest, alone.abs().max().item<double>());
  }
  return most / largest;
}

class MergedNetwork : public testing::TestWithParam<std::string> {};

TEST_P(MergedNetwork, GivesWhatItsMembersGiveAlone) {
  const std::vector<StagedModel> members = make_members(GetParam(), 8);
  const StagedModel merged = StagedModel::merge(members);
  EXPECT_EQ(merged.info().members, 8U);
  EXPECT_EQ(merged.weight_bytes(), 8 * members.front().weight_bytes());
  const at::Tensor images = merged.example_input(/*batch=*/8);
  EXPECT_LT(difference(merged, members, images), 1e-4);
  // The members differ: an image given to another one would show.
  EXPECT_GT(difference(merged, {members.rbegin(), members.rend()}, images), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(Models, MergedNetwork, testing::Values("small_cnn", "resnet18", "resnet50"),
                         [](const auto& test) { return test.param; });

TEST(MergedSmallCnn, TakesSeveralImagesOfEachMember) {
  const std::vector<StagedModel> members = make_members("small_cnn", 16);
  const StagedModel merged = StagedModel::merge(members);
  EXPECT_LT(difference(merged, members, merged.example_input(/*batch=*/32)), 1e-4);
}

TEST(MergedSmallCnn, TakesImagesWithChannelsLast) {
  const std::vector<StagedModel> members = make_members("small_cnn", 8);
  const StagedModel merged = StagedModel::merge(members);
  const at::Tensor images = merged.example_input(/*batch=*/8).contiguous(at::MemoryFormat::ChannelsLast);
  ASSERT_FALSE(images.is_contiguous());
  EXPECT_LT(difference(merged, members, images), 1e-4);
}

TEST(MergedSmallCnn, IsMadeByNameWithWeightsOfItsOwn) {
  const ModelInfo& info = *find_network("small_cnn-merged8").value();
  const StagedModel merged = make_model("small_cnn-merged8", default_stage_plan(info));
  EXPECT_EQ(merged.stages(), 3U);
  std::uint64_t parameters = 0;
  for (const auto& [name, tensor] : merged.weights()) {
    if (name.find("running_") == std::string::npos && tensor.is_floating_point())
      parameters += static_cast<std::uint64_t>(tensor.numel());
  }
  EXPECT_EQ(parameters, info.parameters);
  const at::Tensor output = merged.forward_whole(merged.example_input(/*batch=*/8));
  EXPECT_EQ(output.sizes(), at::IntArrayRef({8, 10}));
  EXPECT_LT(output.abs().max().item<double>(), 16000.0);
}

}  // namespace
}  // namespace daris
