// Launches of merged networks on a real GPU: each job gets what its own model gives.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "policy/decision.h"
#include "runtime/gpu/gpu_executor.h"
#include "tests/runtime/gpu/gpu_backends.h"
#include "tests/runtime/gpu/gpu_outputs.h"
#include "tests/runtime/merged_workload.h"

namespace daris {
namespace {

class MergedLaunch : public ::testing::TestWithParam<Precision> {};

TEST_P(MergedLaunch, GivesEachJobTheOutputOfItsOwnWeights) {
  const Workload workload = testing::own_weights_workload("resnet18", 11, GetParam());
  LiveWork work;
  work.workload = &workload;
  work.streams = 2;
  work.staged = false;
  work.early_inputs = true;
  work.merging = testing::merged(workload);
  Result<LiveMachine> machine =
      testing::streams().make(work, std::make_shared<MonotonicClock>(IdleMode::kSpin));
  ASSERT_TRUE(machine.ok()) << machine.error().message;
  auto& executor = dynamic_cast<GpuExecutor&>(*machine.value().executor);
  testing::Outputs outputs;
  executor.launcher().output = [&](JobId job, const at::Tensor& output) {
    outputs.emplace(job, output.clone());
  };
  const auto launch = [&](std::uint32_t slot, const std::vector<JobId>& jobs) {
    ASSERT_EQ(executor.launch({SlotId(slot), StageIndex(0), 8, jobs}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) executor.poll(polled);
    ASSERT_EQ(polled.finished.size(), 1U);
  };
  launch(0, {{0, TaskId(5)}, {3, TaskId(0)}, {1, TaskId(7)}});
  launch(1, {{0, TaskId(10)}, {2, TaskId(8)}});
  launch(0, {{1, TaskId(2)}});
  ASSERT_EQ(outputs.size(), 6U);
  testing::expect_outputs_of_the_models_alone(workload, outputs);
}

INSTANTIATE_TEST_SUITE_P(Precisions, MergedLaunch,
                         ::testing::Values(Precision::kFp32, Precision::kTf32, Precision::kFp16),
                         [](const auto& test) { return std::string(to_text(test.param)); });

}  // namespace
}  // namespace daris
