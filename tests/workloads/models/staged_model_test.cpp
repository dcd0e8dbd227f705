// What holds for every bundled model, without Python. It is built as the catalog says. Stages chained are the
// whole wherever the boundaries lie. Weights are shared or own, and precisions are what they are called.
#include "workloads/models/staged_model.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/workloads/models/make_model.h"
#include "workloads/models/placement.h"

namespace daris {
namespace {

StagePlan unit_by_unit(const ModelInfo& info) {
  StagePlan plan;
  for (const std::string_view unit : info.units) plan.push_back({std::string(unit), {std::string(unit)}});
  return plan;
}

Tensors copies_of(const Tensors& tensors) {
  Tensors copies;
  for (const at::Tensor& tensor : tensors) copies.push_back(tensor.clone());
  return copies;
}

void expect_same_bytes(const Tensors& left, const Tensors& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t index = 0; index < left.size(); ++index) EXPECT_TRUE(at::equal(left[index], right[index]));
}

// Runs stage by stage on copies, as if each stage ran elsewhere, and checks that none writes to what it is
// given.
at::Tensor run_stages_apart(const StagedModel& model, const at::Tensor& input) {
  Tensors state = {input};
  for (std::size_t stage = 0; stage < model.stages(); ++stage) {
    SCOPED_TRACE("stage " + model.plan()[stage].name);
    const Tensors given = copies_of(state);
    Tensors result = model.forward_stage(stage, given);
    expect_same_bytes(given, state);
    state = copies_of(result);
  }
  EXPECT_EQ(state.size(), 1U);
  return state.front();
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelInfo& info : model_catalog()) names.emplace_back(info.name);
  return names;
}

class EveryModel : public testing::TestWithParam<std::string> {
 protected:
  const ModelInfo& info() const { return *find_model(GetParam()).value(); }
};

TEST_P(EveryModel, IsBuiltAsTheCatalogSays) {
  const StagedModel model = make_model(GetParam());
  EXPECT_EQ(model.stages(), info().default_stages.size());
  EXPECT_EQ(model.info().name, GetParam());
  std::uint64_t parameters = 0;
  std::int64_t bytes = 0;
  for (const auto& [name, tensor] : model.weights()) {
    if (!tensor.is_floating_point()) continue;
    bytes += 4 * tensor.numel();
    if (name.find("running_") == std::string::npos) parameters += static_cast<std::uint64_t>(tensor.numel());
  }
  EXPECT_EQ(parameters, info().parameters);
  EXPECT_EQ(model.weight_bytes(), bytes);
}

TEST_P(EveryModel, GivesAnOutputForEachImageOfABatch) {
  const StagedModel model = make_model(GetParam());
  const at::Tensor input = model.example_input(/*batch=*/2);
  const auto height = static_cast<std::int64_t>(info().input.height);
  const auto width = static_cast<std::int64_t>(info().input.width);
  EXPECT_EQ(input.sizes(), at::IntArrayRef({2, info().input.channels, height, width}));
  const at::Tensor output = model.forward_whole(input);
  std::vector<std::int64_t> shape = {2, info().outputs};
  if (info().image_output) shape.insert(shape.end(), {height, width});
  EXPECT_EQ(output.sizes(), at::IntArrayRef(shape));
  EXPECT_TRUE(at::isfinite(output).all().item<bool>());
  const double spread = (output[0] - output[1]).abs().max().item<double>();
  EXPECT_GT(spread, 1e-3 * output.abs().max().item<double>()) << "the output hardly depends on the image";
}

TEST_P(EveryModel, StagesChainedAreTheWholeWhereverTheBoundariesLie) {
  const StagedModel whole = make_model(GetParam(), whole_stage_plan(info()));
  const at::Tensor input = whole.example_input(/*batch=*/1);
  const at::Tensor expected = whole.forward_whole(input);
  for (const StagePlan& plan : {default_stage_plan(info()), unit_by_unit(info())}) {
    Result<StagedModel> staged = whole.with_plan(plan);
    ASSERT_TRUE(staged.ok());
    EXPECT_EQ(staged.value().stages(), plan.size());
    EXPECT_TRUE(at::equal(run_stages_apart(staged.value(), input), expected));
  }
}

// Random weights stand in for trained ones. They must neither overflow half precision (65,504) nor die out.
TEST_P(EveryModel, ActivationsAreOfModerateSize) {
  const StagedModel model = make_model(GetParam(), unit_by_unit(info()));
  Tensors state = {model.example_input(/*batch=*/1)};
  for (std::size_t stage = 0; stage < model.stages(); ++stage) {
    state = model.forward_stage(stage, std::move(state));
    const double size = state.back().abs().max().item<double>();
    EXPECT_LT(size, 16000.0) << model.plan()[stage].name;
    EXPECT_GT(size, 0.1) << model.plan()[stage].name;
  }
}

TEST_P(EveryModel, HasOwnWeightsByAnotherSeedAndEqualOnesByTheSame) {
  const StagedModel model = make_model(GetParam(), /*seed=*/1);
  const StagedModel same = make_model(GetParam(), /*seed=*/1);
  const StagedModel own = model.clone_with_seed(/*seed=*/2);
  const StateDict weights = model.weights();
  for (const auto& [name, tensor] : same.weights()) EXPECT_TRUE(at::equal(tensor, weights.at(name))) << name;
  for (const auto& [name, tensor] : own.weights()) {
    EXPECT_EQ(at::equal(tensor, weights.at(name)), !tensor.is_floating_point()) << name;
    EXPECT_NE(tensor.data_ptr(), weights.at(name).data_ptr()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, EveryModel, testing::ValuesIn(model_names()),
                         [](const auto& test) { return test.param; });

TEST(StagedModel, RefusesAnUnknownModelAndAWrongPlan) {
  const Result<StagedModel> unknown = StagedModel::create("small_cn", {}, 1);
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("\"small_cnn\""), std::string::npos) << unknown.error().message;
  const Result<StagedModel> empty = StagedModel::create("small_cnn", {}, 1);
  ASSERT_FALSE(empty.ok());
  EXPECT_NE(empty.error().message.find("block1"), std::string::npos) << empty.error().message;
  EXPECT_FALSE(make_model("small_cnn").with_plan({{"all", {"block1", "head"}}}).ok());
}

TEST(StagedModel, CopiesAndMovedBoundariesShareWeights) {
  StagedModel model = make_model("small_cnn");
  const StagedModel copy = model;
  const StagedModel moved = model.with_plan(whole_stage_plan(model.info())).value();
  const at::Tensor input = model.example_input(1);
  const at::Tensor before = copy.forward_whole(input);
  ASSERT_TRUE(model.load_weights(make_model("small_cnn", /*seed=*/9).weights()).ok());
  const at::Tensor after = model.forward_whole(input);
  EXPECT_FALSE(at::equal(before, after));
  EXPECT_TRUE(at::equal(copy.forward_whole(input), after));
  EXPECT_TRUE(at::equal(moved.forward_whole(input), after));
}

// Skips are handed through as they are: a stage between does not copy them.
TEST(StagedModel, UnetHandsItsSkipsFromStageToStage) {
  const StagedModel model =
      make_model("unet", parse_stage_plan(*find_model("unet").value(), "encoder2,encoder4").value());
  const Tensors first = model.forward_stage(0, {model.example_input(1)});
  const Tensors second = model.forward_stage(1, first);
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 3U);
  EXPECT_EQ(second[0].data_ptr(), first[0].data_ptr());
  EXPECT_EQ(second[0].size(1), 64);
  EXPECT_EQ(second[2].size(1), 256);
}

TEST(StagedModel, HalfPrecisionIsChannelsLastAndCloseToFloat) {
  StagedModel model = make_model("small_cnn");
  const at::Tensor expected = model.forward_whole(model.example_input(2));
  const std::int64_t float_bytes = model.weight_bytes();
  model.to(placement_of(Precision::kFp16, at::Device(at::kCPU)));
  EXPECT_EQ(2 * model.weight_bytes(), float_bytes);
  const at::Tensor input = model.example_input(2);
  EXPECT_EQ(input.scalar_type(), at::kHalf);
  EXPECT_TRUE(input.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(model.weights().at("block2.conv.weight").is_contiguous(at::MemoryFormat::ChannelsLast));
  const Tensors state = model.forward_stage(0, {input});
  EXPECT_TRUE(state.front().is_contiguous(at::MemoryFormat::ChannelsLast));
  const at::Tensor output = model.forward_whole(input);
  EXPECT_EQ(output.scalar_type(), at::kHalf);
  EXPECT_LT((output.to(at::kFloat) - expected).abs().max().item<double>(),
            0.02 * expected.abs().max().item<double>());
}

TEST(StagedModel, CloneKeepsThePlacementAndThePlan) {
  StagedModel model = make_model("small_cnn", whole_stage_plan(*find_model("small_cnn").value()));
  model.to(placement_of(Precision::kFp16, at::Device(at::kCPU)));
  const StagedModel clone = model.clone_with_seed(5);
  EXPECT_EQ(clone.plan(), model.plan());
  EXPECT_EQ(clone.example_input(1).scalar_type(), at::kHalf);
  EXPECT_EQ(clone.weights().at("fc.weight").scalar_type(), at::kHalf);
}

TEST(StagedModel, InferenceRecordsNothing) {
  const StagedModel model = make_model("small_cnn");
  const at::Tensor output = model.forward_whole(model.example_input(1));
  EXPECT_TRUE(output.is_inference());
  EXPECT_FALSE(output.requires_grad());
}

TEST(StagedModel, ADeviceThatIsNotThereIsTorchsException) {
  StagedModel model = make_model("small_cnn");
  EXPECT_THROW(model.to(placement_of(Precision::kFp32, at::Device("cuda:99"))), c10::Error);
}

TEST(Placement, Tf32IsAllowedAndForbiddenForTheProcess) {
  set_float32_precision(Precision::kTf32);
  EXPECT_TRUE(at::globalContext().allowTF32CuDNN());
  EXPECT_TRUE(at::globalContext().allowTF32CuBLAS());
  set_float32_precision(Precision::kFp16);
  EXPECT_TRUE(at::globalContext().allowTF32CuDNN()) << "fp16 leaves the setting alone";
  set_float32_precision(Precision::kFp32);
  EXPECT_FALSE(at::globalContext().allowTF32CuDNN());
  EXPECT_FALSE(at::globalContext().allowTF32CuBLAS());
}

}  // namespace
}  // namespace daris
