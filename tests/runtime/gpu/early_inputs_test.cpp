// Tests on a real GPU that inputs of waiting jobs are copied while others run, and says what that is worth.
#include "runtime/gpu/early_inputs.h"

#include <gtest/gtest.h>

#include <iostream>

#include "policy/registry.h"
#include "runtime/live_run.h"
#include "tests/runtime/cpu/small_workload.h"
#include "tests/runtime/gpu/gpu_backends.h"
#include "tests/runtime/gpu/gpu_world.h"

namespace daris {
namespace {

using testing::kMs;

// More than one batch at a time can do.
Workload many_images() {
  TaskSet set;
  set.name = "images";
  set.groups = {testing::small_group("images", 640, 0, Weights::kShared)};
  set.groups[0].model = "resnet18";
  set.groups[0].precision = Precision::kTf32;
  set.groups[0].period = set.groups[0].deadline = Duration::from_ns(33 * kMs);
  return make_workload(std::move(set));
}

class Launches final : public Observer {
 public:
  void on_step(const Step& step) override {
    for (const Decision& decision : step.decisions) {
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) jobs += launch->jobs.size();
    }
  }
  void on_end(Time) override {}

  std::size_t jobs = 0;
};

// Jobs a second of `batching`, on the whole GPU.
double rate(bool early_inputs, bool copies = true) {
  const Workload workload = many_images();
  const auto clock = std::make_shared<MonotonicClock>(IdleMode::kSpin);
  LiveWork work;
  work.workload = &workload;
  work.staged = false;
  work.copies = copies;
  work.early_inputs = early_inputs;
  work.batches = {1, 2, 4, 8, 16, 32};
  Result<LiveMachine> machine = testing::green().make(work, clock);
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  BatchGroupTimes batches;
  batches.group_of_task.assign(workload.tasks.size(), 0);
  batches.group_times.emplace_back();
  for (const std::uint32_t inputs : work.batches)
    batches.group_times[0].push_back({inputs, Duration::from_ns((10 + inputs) * kMs / 20)});
  const std::vector<std::vector<Duration>> estimates(workload.tasks.size(), {Duration::from_ns(kMs / 2)});
  const PolicySetup setup = make_policy_setup(workload, 1, 1, estimates, std::move(batches), {}, 32);
  const std::unique_ptr<Policy> policy = make_policy("batching", setup).value();
  const Duration window = Duration::from_ns(1000 * kMs);
  const ReleaseList releases = make_releases(workload, 1, 0, Time() + window);
  LiveRunSetup live;
  live.policy_setup = &setup;
  live.releases = releases;
  live.window_end = Time() + window;
  live.core = testing::green().scheduler_core();
  Launches launches;
  Observer* const observer = &launches;
  StepRecorder recorder({&observer, 1});
  EXPECT_EQ(live_run(live, *policy, *machine.value().executor, *clock, recorder).how, RunEnd::kDone);
  return static_cast<double>(launches.jobs) / window.seconds();
}

// Prints what it brings; how much that is depends on the machine.
TEST(EarlyInputs, BatchesRunWithCopiesBeforeThem) {
  const double in_the_batch = rate(false);
  const double before_it = rate(true);
  const double none = rate(false, false);
  std::cout << "  ResNet-18 TF32, one batch at a time, jobs/s: " << in_the_batch
            << " with copies in the batch, " << before_it << " with copies before it, " << none
            << " without copies\n";
  EXPECT_GT(before_it, 0);
}

}  // namespace
}  // namespace daris
