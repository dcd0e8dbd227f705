// Launches of merged networks on the CPU: each job gets what its own model gives.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "policy/decision.h"
#include "policy/registry.h"
#include "runtime/cpu/cpu_executor.h"
#include "runtime/live_run.h"
#include "runtime/step_recorder.h"
#include "tests/runtime/merged_workload.h"
#include "tests/runtime/schedule_facts.h"

namespace daris {
namespace {

// 8 + 3 tasks: the second network has five members without a task.
class MergedLaunch : public ::testing::Test {
 protected:
  MergedLaunch() {
    CpuRequest request;
    request.workload = &workload_;
    request.streams = 2;
    request.staged = false;
    request.merging = merging_.get();
    request.hooks.output = [this](JobId job, const at::Tensor& output) {
      const std::lock_guard lock(mutex_);
      outputs_.emplace(job, output.clone());
    };
    executor_ = CpuExecutor::create(request, clock_).value();
  }

  void launch(std::uint32_t slot, const std::vector<JobId>& jobs) {
    ASSERT_EQ(executor_->launch({SlotId(slot), StageIndex(0), 8, jobs}), std::nullopt);
    PolledEvents polled;
    while (polled.empty()) executor_->poll(polled);
    ASSERT_EQ(polled.finished.size(), 1U);
  }

  void expect_outputs_of_the_models_alone() const {
    const ModelSet models = ModelSet::create(workload_, false, CpuRequest().seed).value();
    for (const auto& [job, output] : outputs_) {
      const at::Tensor alone = models.of(job.task).forward_whole(models.input_of(job));
      EXPECT_TRUE(at::allclose(output, alone, 1e-4, 1e-5))
          << "task " << job.task.value() << " job " << job.ordinal;
    }
  }

  const Workload workload_ = testing::own_weights_workload("small_cnn", 11, Precision::kFp32);
  const std::shared_ptr<const Merging> merging_ = testing::merged(workload_);
  std::shared_ptr<MonotonicClock> clock_ = std::make_shared<MonotonicClock>(IdleMode::kNap);
  std::mutex mutex_;
  std::map<JobId, at::Tensor> outputs_;
  std::unique_ptr<CpuExecutor> executor_;
};

TEST_F(MergedLaunch, GivesEachJobTheOutputOfItsOwnWeights) {
  launch(0, {{0, TaskId(5)}, {3, TaskId(0)}, {1, TaskId(7)}});
  launch(1, {{0, TaskId(10)}});
  ASSERT_EQ(outputs_.size(), 4U);
  expect_outputs_of_the_models_alone();
}

TEST_F(MergedLaunch, RunsUnderItsPolicy) {
  const PolicySetup setup = testing::merged_setup(workload_, *merging_, 2);
  const std::unique_ptr<Policy> policy = make_policy("merged", setup).value();
  const ReleaseList releases = make_releases(workload_, 1, 0, Time::from_ns(220'000'000));
  LiveRunSetup live;
  live.policy_setup = &setup;
  live.releases = releases;
  live.window_end = Time::from_ns(200'000'000);
  testing::ScheduleFacts facts;
  for (const TaskSetup& task : setup.tasks) facts.inputs_of_task.push_back(task.inputs);
  Observer* const observer = &facts;
  StepRecorder recorder({&observer, 1});
  EXPECT_EQ(live_run(live, *policy, *executor_, *clock_, recorder).how, RunEnd::kDone);
  EXPECT_GT(facts.padded, 0U);
  ASSERT_GT(outputs_.size(), 20U);
  expect_outputs_of_the_models_alone();
}

}  // namespace
}  // namespace daris
