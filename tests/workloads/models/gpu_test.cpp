// The models on a GPU, in every precision, beside the same weights on the CPU in float32.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "workloads/models/placement.h"
#include "workloads/models/staged_model.h"

namespace daris {
namespace {

constexpr std::int64_t kBatch = 2;

// The largest difference over the largest output. TF32 and half have 11 bits, so one operation errs by 5e-4,
// and 10 to 50 layers in a row by several times that. Float32 errs only because sums are in another order.
double tolerance(Precision precision) { return precision == Precision::kFp32 ? 1e-4 : 3e-2; }

class OnGpu : public testing::TestWithParam<std::tuple<std::string, Precision>> {};

TEST_P(OnGpu, GivesWhatTheCpuGives) {
  const auto& [name, precision] = GetParam();
  const ModelInfo& info = *find_model(name).value();
  StagedModel model = StagedModel::create(name, default_stage_plan(info), /*seed=*/1).value();
  const at::Tensor expected = model.forward_whole(model.example_input(kBatch));

  set_float32_precision(precision);
  model.to(placement_of(precision, at::Device("cuda:0")));
  Tensors state = {model.example_input(kBatch)};
  for (std::size_t stage = 0; stage < model.stages(); ++stage) {
    state = model.forward_stage(stage, std::move(state));
    for (const at::Tensor& tensor : state) {
      EXPECT_TRUE(tensor.is_cuda());
      EXPECT_EQ(tensor.scalar_type(), model.placement().dtype);
      if (tensor.dim() == 4) {
        EXPECT_TRUE(tensor.is_contiguous(model.placement().memory_format)) << model.plan()[stage].name;
      }
    }
  }
  const at::Tensor output = state.front().to(at::Device(at::kCPU), at::kFloat);
  const double difference =
      (output - expected).abs().max().item<double>() / expected.abs().max().item<double>();
  EXPECT_LE(difference, tolerance(precision));
  RecordProperty("difference", std::to_string(difference));
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelInfo& info : model_catalog()) names.emplace_back(info.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Catalog, OnGpu,
                         testing::Combine(testing::ValuesIn(model_names()),
                                          testing::Values(Precision::kFp32, Precision::kTf32,
                                                          Precision::kFp16)),
                         [](const auto& test) {
                           return std::get<0>(test.param) + "_" +
                                  std::string(to_text(std::get<1>(test.param)));
                         });

}  // namespace
}  // namespace daris

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (!at::hasCUDA()) {
    std::puts("skipped: no NVIDIA GPU, or no driver for it");
    return 77;
  }
  return RUN_ALL_TESTS();
}
