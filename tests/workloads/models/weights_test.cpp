// Loading weights into a model, and the seeded noise that stands in for images.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/workloads/models/make_model.h"
#include "workloads/models/placement.h"

namespace daris {
namespace {

class LoadWeights : public testing::Test {
 protected:
  // Loads the weights and returns the message of the error. Checks that nothing was changed.
  std::string refused(const StateDict& weights) {
    const at::Tensor before = model_.forward_whole(model_.example_input(1));
    const Status status = model_.load_weights(weights);
    EXPECT_FALSE(status.ok());
    EXPECT_TRUE(at::equal(model_.forward_whole(model_.example_input(1)), before));
    return status.ok() ? "" : status.error().message;
  }

  StagedModel model_ = make_model("small_cnn", /*seed=*/1);
  StateDict other_ = make_model("small_cnn", /*seed=*/2).weights();
};

TEST_F(LoadWeights, NamesTheOneThatIsMissing) {
  other_.erase("block2.bn.running_var");
  EXPECT_EQ(refused(other_), "weights of small_cnn: \"block2.bn.running_var\" is missing");
}

TEST_F(LoadWeights, NamesTheOneTooMany) {
  other_.emplace("block2.bn.running_vars", at::zeros({32}));
  const std::string message = refused(other_);
  EXPECT_NE(message.find("\"block2.bn.running_vars\" is not known"), std::string::npos) << message;
  EXPECT_NE(message.find("\"block2.bn.running_var\""), std::string::npos) << message;
}

TEST_F(LoadWeights, NamesTheShapes) {
  other_["fc.bias"] = at::zeros({11});
  EXPECT_EQ(refused(other_), "weights of small_cnn: \"fc.bias\" has shape [11], must have [10]");
}

TEST_F(LoadWeights, NeedsNoCountsOfBatches) {
  std::erase_if(other_, [](const auto& entry) { return entry.first.ends_with("num_batches_tracked"); });
  EXPECT_TRUE(model_.load_weights(other_).ok());
}

TEST_F(LoadWeights, CopiesIntoThePresentPlacement) {
  model_.to(placement_of(Precision::kFp16, at::Device(at::kCPU)));
  ASSERT_TRUE(model_.load_weights(other_).ok());
  const StateDict own = model_.weights();
  EXPECT_TRUE(at::equal(own.at("fc.weight"), other_.at("fc.weight").to(at::kHalf)));
  EXPECT_TRUE(own.at("block1.conv.weight").is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(InceptionV3, SkipsTheWeightsOfTheAuxiliaryClassifier) {
  StagedModel model = make_model("inception_v3");
  StateDict weights = model.clone_with_seed(2).weights();
  weights.emplace("AuxLogits.fc.bias", at::zeros({1000}));
  EXPECT_TRUE(model.load_weights(weights).ok());
}

// Other models have no such classifier.
TEST(Resnet18, RefusesTheWeightsOfAnAuxiliaryClassifier) {
  StagedModel model = make_model("resnet18");
  StateDict weights = model.weights();
  weights.emplace("AuxLogits.fc.bias", at::zeros({1000}));
  EXPECT_FALSE(model.load_weights(weights).ok());
}

// Version 0.1.0 drew these, so reports of both versions are of the same networks.
TEST(RandomWeights, AreThoseOfEarlierVersions) {
  std::uint64_t hash = 1'469'598'103'934'665'603U;
  const auto take = [&hash](std::uint64_t word) { hash = (hash ^ word) * 1'099'511'628'211U; };
  for (const auto& [name, tensor] : make_model("small_cnn", /*seed=*/7).weights()) {
    for (const char letter : name) take(static_cast<unsigned char>(letter));
    if (!tensor.is_floating_point()) continue;
    const at::Tensor words = tensor.flatten().view(at::kInt);
    for (std::int64_t i = 0; i < words.numel(); ++i) take(static_cast<std::uint32_t>(words[i].item<int>()));
  }
  EXPECT_EQ(hash, 0x338b6ba61b17fe1bU);
}

// Key 0, counter 0 of Philox4x32-10 has a published answer: 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Random123,
// kat_vectors). The upper 24 bits of each word count.
TEST(ExampleInput, IsTheSameOnEveryMachine) {
  const at::Tensor input = make_model("small_cnn").example_input(1, /*seed=*/0).flatten();
  const std::vector<float> expected = {0x6627e8, 0xe169c5, 0xbc57ac, 0x9b00db};
  for (std::size_t index = 0; index < expected.size(); ++index) {
    EXPECT_EQ(input[static_cast<std::int64_t>(index)].item<float>(),
              2.0F * (expected[index] / 0x1p24F) - 1.0F);
  }
}

TEST(ExampleInput, IsUniformNoiseOfItsSeed) {
  const at::Tensor input = make_model("small_cnn").example_input(1, /*seed=*/1).flatten();
  const at::Tensor again = make_model("small_cnn").example_input(1, /*seed=*/1).flatten();
  const at::Tensor other = make_model("small_cnn").example_input(1, /*seed=*/2).flatten();
  EXPECT_TRUE(at::equal(input, again));
  EXPECT_FALSE(at::equal(input, other));
  EXPECT_GE(input.min().item<double>(), -1.0);
  EXPECT_LT(input.max().item<double>(), 1.0);
  EXPECT_NEAR(input.mean().item<double>(), 0.0, 0.05);
}

}  // namespace
}  // namespace daris
