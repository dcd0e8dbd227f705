// Noise drawn on a GPU, byte for byte beside the CPU's.
#include "gpu/uniform_noise.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/workloads/models/make_model.h"

namespace daris {
namespace {

const at::Device kGpu(at::kCUDA, 0);

at::Tensor drawn_on_gpu(std::int64_t count, const UniformDraw& draw) {
  const at::Tensor tensor = at::empty({count}, at::TensorOptions().device(kGpu));
  fill_uniform_on_gpu(tensor, draw);
  return tensor.cpu();
}

at::Tensor drawn_on_cpu(std::int64_t count, const UniformDraw& draw) {
  at::Tensor tensor = at::empty({count});
  fill_uniform_on_cpu(tensor, draw);
  return tensor;
}

TEST(UniformNoise, IsThatOfTheCpu) {
  for (const std::int64_t count : {1, 3, 4, 1023, 1'000'003, 5'000'000}) {
    for (const UniformDraw& draw :
         {UniformDraw{0, 0, -1, 1}, UniformDraw{~0ULL, 4'000'000'000U, 0.75F, 1.25F},
          UniformDraw{7, 1, -0.0321F, 0.0321F}})
      EXPECT_TRUE(at::equal(drawn_on_gpu(count, draw), drawn_on_cpu(count, draw))) << count;
  }
}

TEST(UniformNoise, NothingIsDrawnIntoNothing) { EXPECT_EQ(drawn_on_gpu(0, {}).numel(), 0); }

TEST(UniformNoise, GivesModelsTheirWeightsInEveryPlacement) {
  for (const ModelInfo& info : model_catalog()) {
    const std::string name(info.name);
    for (const Precision precision : {Precision::kFp32, Precision::kFp16}) {
      StagedModel expected = make_model(name, /*seed=*/7);
      expected.to(placement_of(precision, kGpu));
      StagedModel model =
          StagedModel::create(name, default_stage_plan(info), /*seed=*/7, kGpu, fill_uniform_on_gpu).value();
      model.to(placement_of(precision, kGpu));
      const StateDict weights = model.weights();
      for (const auto& [weight, tensor] : expected.weights()) {
        EXPECT_TRUE(at::equal(weights.at(weight), tensor)) << name << " " << weight;
        EXPECT_EQ(weights.at(weight).strides(), tensor.strides()) << name << " " << weight;
      }
    }
  }
}

}  // namespace
}  // namespace daris
