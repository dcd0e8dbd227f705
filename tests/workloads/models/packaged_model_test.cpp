// Compares a model exported by workloads/export/ with PyTorch itself. export_tiny.py makes the folder before
// this runs.
#include "workloads/packaged_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/host/files.h"
#include "base/json/json.h"
#include "workloads/models/placement.h"
#include "workloads/models/staged_model.h"
#include "workloads/stage_plan.h"
#include "workloads/task_set_json.h"

namespace daris {
namespace {

using ::testing::HasSubstr;

const std::string kFolder = DARIS_TINY_MODEL;

at::Tensor read_floats(const std::string& file, at::IntArrayRef sizes) {
  std::string bytes = read_text_file(kFolder + "/" + file).value();
  return at::from_blob(bytes.data(), sizes, at::kFloat).clone();
}

StagedModel load(bool staged = true) {
  const ModelInfo& info = *find_model(kFolder).value();
  StagedModel model =
      StagedModel::create(kFolder, staged ? default_stage_plan(info) : whole_stage_plan(info), 1).value();
  model.to(placement_of(Precision::kFp32, at::Device(at::kCPU)));
  return model;
}

std::string task_set(const std::string& fields) {
  return R"({"schema": "daris.task-set", "version": 1, "name": "mine", "tasks": [
      {"name": "a", "model": ")" +
         kFolder + R"(", "priority": 0, "rate_hz": 30, )" + fields + "}]}";
}

TEST(PackagedModel, ComputesWhatPyTorchDoes) {
  const c10::InferenceMode inference;
  const at::Tensor expected = read_floats("output.bin", {2, 5});
  const StagedModel model = load();
  ASSERT_EQ(model.stages(), 3U);
  Tensors state = {read_floats("input.bin", {2, 3, 16, 16})};
  for (std::size_t stage = 0; stage < model.stages(); ++stage)
    state = model.forward_stage(stage, std::move(state));
  EXPECT_TRUE(at::allclose(state.back(), expected, 1e-4, 1e-5));
  EXPECT_TRUE(at::equal(load(false).forward_whole(read_floats("input.bin", {2, 3, 16, 16})), state.back()));
}

TEST(PackagedModel, RunsInSeveralThreadsAtOnce) {
  const StagedModel model = load();
  const at::Tensor input = read_floats("input.bin", {2, 3, 16, 16});
  const at::Tensor expected = read_floats("output.bin", {2, 5});
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const c10::InferenceMode inference;
      for (int round = 0; round < 20; ++round)
        EXPECT_TRUE(at::allclose(model.forward_whole(input), expected, 1e-4, 1e-5));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(PackagedModel, IsTakenByATaskSetAsItWasCompiled) {
  const Result<TaskSet> right =
      parse_task_set(task_set(R"("precision": "fp32", "batch": 2)"), "set.json", ".");
  ASSERT_TRUE(right.ok()) << right.error().message;
  const Result<TaskSet> precision = parse_task_set(task_set(R"("batch": 2)"), "set.json", ".");
  EXPECT_THAT(precision.error().message, HasSubstr("compiled for, \"fp32\""));
  const Result<TaskSet> batch = parse_task_set(task_set(R"("precision": "fp32")"), "set.json", ".");
  EXPECT_THAT(batch.error().message, HasSubstr("compiled for, 2"));
}

TEST(PackagedModel, MayBeASinglePackage) {
  const PackagedModel& three = *find_model(kFolder).value()->packages;
  const std::filesystem::path first = three.stages.front().package;
  EXPECT_THAT(find_model(first.string()).error().message, HasSubstr("is one of 3 packages"));
  const std::filesystem::path single = std::filesystem::path(kFolder) / "single";
  Json manifest = Json::parse(three.manifest);
  manifest["stages"] = Json::array({manifest["stages"][0]});
  ASSERT_TRUE(write_file_atomically(single / "model.json", manifest.dump()).ok());
  const std::filesystem::path package = single / first.filename();
  std::filesystem::copy_file(first, package, std::filesystem::copy_options::overwrite_existing);
  const Result<const ModelInfo*> model = find_model(package.string());
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model.value()->packages->stages.size(), 1U);
  EXPECT_EQ(model.value()->name, package.string());
  const std::string other = (single / "other.pt2").string();
  ASSERT_TRUE(write_file_atomically(other, "no package").ok());
  EXPECT_THAT(find_model(other).error().message, HasSubstr("is no package of the model.json beside it"));
}

TEST(PackagedModel, SaysWhatIsWrongWithAFolder) {
  EXPECT_THAT(find_model("no/such/folder").error().message, HasSubstr("export_stages.py"));
  const std::filesystem::path broken = std::filesystem::path(kFolder) / "broken";
  const std::string manifest = read_text_file(kFolder + "/model.json").value();
  ASSERT_TRUE(write_file_atomically(broken / "model.json", manifest).ok());
  EXPECT_THAT(find_model(broken.string()).error().message, HasSubstr("stages[0].package"));
}

}  // namespace
}  // namespace daris
