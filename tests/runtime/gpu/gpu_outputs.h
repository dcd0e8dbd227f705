// For tests: compares the outputs of jobs on a GPU with what their models give by themselves.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <map>

#include "runtime/live_backend.h"
#include "runtime/model_set.h"

namespace daris::testing {

using Outputs = std::map<JobId, at::Tensor>;

// True if they are equal but for the algorithms that cuDNN chose, which differ by at most 2% of the largest
// value.
inline void expect_outputs_of_the_models_alone(const Workload& workload, const Outputs& outputs) {
  const c10::InferenceMode inference;
  const ModelSet models = ModelSet::create(workload, true, at::Device(at::kCUDA, 0), LiveWork().seed).value();
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

}  // namespace daris::testing
