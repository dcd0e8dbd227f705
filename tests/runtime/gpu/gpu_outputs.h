// For tests: compares the outputs of jobs on a GPU with what their models give by themselves.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "runtime/live_backend.h"
#include "runtime/model_set.h"

namespace daris::testing {

using Outputs = std::map<JobId, at::Tensor>;

// Weights drawn on the CPU, and moved.
inline ModelSet models_moved_to_gpu(const Workload& workload) {
  ModelCache cache(at::Device(at::kCUDA, 0), [](const at::Tensor& tensor, const UniformDraw& draw) {
    const at::Tensor drawn = at::empty(tensor.sizes());
    fill_uniform_on_cpu(drawn, draw);
    tensor.copy_(drawn);
  });
  return ModelSet::create(workload, true, cache, LiveWork().seed).value();
}

// True if they are equal but for the algorithms that cuDNN chose, which differ by at most 2% of the largest
// value.
inline void expect_outputs_of_the_models_alone(const Workload& workload, const Outputs& outputs) {
  const c10::InferenceMode inference;
  const ModelSet models = models_moved_to_gpu(workload);
  for (const auto& [job, output] : outputs) {
    const StagedModel& model = models.of(job.task);
    set_float32_precision(models.precision_of(job.task));
    const at::Tensor expected =
        model.forward_whole(models.input_of(job).to(at::Device(at::kCUDA, 0))).to(at::kCPU, at::kFloat);
    const double largest = expected.abs().max().item<double>();
    const double difference =
        (output.to(at::kFloat).reshape_as(expected) - expected).abs().max().item<double>();
    EXPECT_LE(difference, 0.02 * largest) << "task " << job.task.value() << " job " << job.ordinal;
    EXPECT_GT(largest, 0);
  }
}

// True if outputs of batches are those of the same jobs that ran alone, within what the order of sums may
// change in this precision. Says how many are equal bit by bit.
inline void expect_outputs_of_the_jobs_alone(const ModelSet& models, const Outputs& alone,
                                             const Outputs& batched) {
  constexpr double kFp32 = 0.001;
  constexpr double kTf32AndFp16 = 0.02;
  std::size_t equal = 0;
  double largest_share = 0;
  for (const auto& [job, output] : batched) {
    const at::Tensor expected = alone.at(job).to(at::kFloat);
    const double largest = expected.abs().max().item<double>();
    const double share = (output.to(at::kFloat) - expected).abs().max().item<double>() / largest;
    const double allowed = models.precision_of(job.task) == Precision::kFp32 ? kFp32 : kTf32AndFp16;
    EXPECT_LE(share, allowed) << "task " << job.task.value() << " job " << job.ordinal;
    equal += at::equal(output, alone.at(job)) ? 1U : 0U;
    largest_share = std::max(largest_share, share);
  }
  std::cout << "  " << equal << " of " << batched.size()
            << " outputs are bit-equal to those of the jobs alone"
            << "; the largest difference is " << largest_share << " of the largest value\n";
}

}  // namespace daris::testing
