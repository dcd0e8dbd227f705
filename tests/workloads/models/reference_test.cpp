// Compares each bundled model with torchvision's implementation and its weights. UNet and the small CNN are
// compared with one written in Python. The references come from make_references.py, which CTest runs first.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "workloads/models/staged_model.h"

namespace daris {
namespace {

struct Reference {
  StateDict weights;
  at::Tensor input;
  at::Tensor output;
};

Reference read_reference(const std::string& model) {
  const std::string path = std::string(DARIS_REFERENCE_DIR) + "/" + model + ".pt";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path << " is missing: run make_references.py";
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto saved = torch::jit::pickle_load(bytes).toGenericDict();
  Reference reference;
  for (const auto& entry : saved.at("weights").toGenericDict()) {
    reference.weights.emplace(entry.key().toStringRef(), entry.value().toTensor());
  }
  reference.input = saved.at("input").toTensor();
  reference.output = saved.at("output").toTensor();
  return reference;
}

double largest(const at::Tensor& tensor) { return tensor.abs().max().item<double>(); }

class AgainstPython : public testing::TestWithParam<std::string> {};

TEST_P(AgainstPython, SameWeightsGiveTheSameOutput) {
  const Reference reference = read_reference(GetParam());
  const ModelInfo& info = *find_model(GetParam()).value();
  Result<StagedModel> model = StagedModel::create(GetParam(), default_stage_plan(info), /*seed=*/1);
  ASSERT_TRUE(model.ok());
  const Status loaded = model.value().load_weights(reference.weights);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;

  const at::Tensor output = model.value().forward_whole(reference.input);
  ASSERT_EQ(output.sizes(), reference.output.sizes());
  EXPECT_LE(largest(output - reference.output), 1e-4 * largest(reference.output));

  // The output depends on the input far more than the tolerance, so that agreement means something.
  EXPECT_GT(largest(reference.output[0] - reference.output[1]), 1e-2 * largest(reference.output));
}

// Every weight counts. One that a model ignored, or took for another, would show here and not above.
TEST_P(AgainstPython, HasTorchvisionsNamesAndNoOthers) {
  const Reference reference = read_reference(GetParam());
  const ModelInfo& info = *find_model(GetParam()).value();
  const Result<StagedModel> model = StagedModel::create(GetParam(), whole_stage_plan(info), /*seed=*/1);
  ASSERT_TRUE(model.ok());
  const StateDict own = model.value().weights();
  ASSERT_EQ(own.size(), reference.weights.size());
  for (const auto& [name, tensor] : reference.weights) {
    ASSERT_TRUE(own.contains(name)) << name;
    EXPECT_EQ(own.at(name).sizes(), tensor.sizes()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, AgainstPython,
                         testing::Values("resnet18", "resnet50", "unet", "inception_v3", "small_cnn"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace daris
