// The catalog of models and the stage plans, without Torch.
#include "workloads/model_catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "workloads/stage_plan.h"

namespace daris {
namespace {

const ModelInfo& small_cnn() { return *find_model("small_cnn").value(); }

std::string message_of(const Status& status) { return status.ok() ? "" : status.error().message; }
std::string message_of(const Result<StagePlan>& plan) { return plan.ok() ? "" : plan.error().message; }

TEST(ModelCatalog, HasTheBundledModels) {
  std::vector<std::string> names;
  for (const ModelInfo& model : model_catalog()) names.emplace_back(model.name);
  EXPECT_EQ(names, (std::vector<std::string>{"resnet18", "resnet50", "unet", "inception_v3", "small_cnn"}));
}

TEST(ModelCatalog, FindsAModelByName) {
  for (const ModelInfo& model : model_catalog()) EXPECT_EQ(find_model(model.name).value(), &model);
}

TEST(ModelCatalog, NamesTheNearestForAnUnknownOne) {
  const Result<const ModelInfo*> model = find_model("resnet-50");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().message,
            "unknown model \"resnet-50\": did you mean \"resnet50\"? Models are resnet18, resnet50, unet, "
            "inception_v3, "
            "small_cnn; a folder of packages has a \"/\"");
}

TEST(ModelCatalog, UnitsHaveNamesOfTheirOwn) {
  for (const ModelInfo& model : model_catalog()) {
    const std::set<std::string_view> names(model.units.begin(), model.units.end());
    EXPECT_EQ(names.size(), model.units.size()) << model.name;
  }
}

TEST(StagePlan, DefaultPlansAreRight) {
  for (const ModelInfo& model : model_catalog()) {
    const StagePlan plan = default_stage_plan(model);
    EXPECT_EQ(message_of(check_stage_plan(model, plan)), "") << model.name;
    ASSERT_EQ(plan.size(), model.default_stages.size());
    for (std::size_t stage = 0; stage < plan.size(); ++stage) {
      EXPECT_EQ(plan[stage].units.front(), model.default_stages[stage].first_unit);
    }
  }
}

TEST(StagePlan, TheWholeIsOneStage) {
  const StagePlan plan = whole_stage_plan(small_cnn());
  EXPECT_EQ(plan, (StagePlan{{"whole", {"block1", "block2", "block3", "head"}}}));
  EXPECT_TRUE(check_stage_plan(small_cnn(), plan).ok());
}

TEST(StagePlan, BoundariesCanBeMoved) {
  const Result<StagePlan> plan = parse_stage_plan(small_cnn(), "block2,head");
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(
      plan.value(),
      (StagePlan{{"block1", {"block1"}}, {"block2..block3", {"block2", "block3"}}, {"head", {"head"}}}));
  EXPECT_EQ(parse_stage_plan(small_cnn(), "").value(), whole_stage_plan(small_cnn()));
}

TEST(StagePlan, BoundaryThatIsNoUnit) {
  EXPECT_EQ(message_of(parse_stage_plan(small_cnn(), "block2,heat")),
            "stages of small_cnn: no unit \"heat\": did you mean \"head\"?");
  EXPECT_FALSE(parse_stage_plan(small_cnn(), "block2,,head").ok());
}

TEST(StagePlan, BoundariesOutOfOrder) {
  const std::string message = "stages of small_cnn: boundary \"block2\" must come after unit \"block3\"";
  EXPECT_EQ(message_of(parse_stage_plan(small_cnn(), "block3,block2")), message);
  EXPECT_FALSE(parse_stage_plan(small_cnn(), "block2,block2").ok());
  EXPECT_FALSE(parse_stage_plan(small_cnn(), "block1").ok()) << "the first stage would be empty";
}

TEST(StagePlan, CheckNamesWhatIsWrong) {
  const auto check = [](const StagePlan& plan) { return message_of(check_stage_plan(small_cnn(), plan)); };
  EXPECT_EQ(check({}), "stages of small_cnn: unit \"block1\" and those after it must belong to a stage");
  EXPECT_EQ(check({{"a", {"block1", "block2"}}, {"b", {"block3"}}}),
            "stages of small_cnn: unit \"head\" and those after it must belong to a stage");
  EXPECT_EQ(check({{"a", {"block1", "block3"}}}),
            "stages of small_cnn: stage \"a\" has unit \"block3\" where \"block2\" must come");
  EXPECT_EQ(check({{"a", {"block1"}}, {"b", {}}}),
            "stages of small_cnn: stage \"b\" must have at least one unit");
  EXPECT_EQ(check({{"a", {"block1"}}, {"a", {"block2"}}}),
            "stages of small_cnn: stage name \"a\" must be neither empty nor used twice");
  EXPECT_EQ(check({{"", {"block1"}}}),
            "stages of small_cnn: stage name \"\" must be neither empty nor used twice");
  EXPECT_EQ(check({{"a", {"block1", "block2", "block3", "head", "head"}}}),
            "stages of small_cnn: stage \"a\" has unit \"head\" where no unit must come");
}

}  // namespace
}  // namespace daris
