// Tests the backend mps on a real GPU: partitions, workers that are killed or given up while they are busy,
// and what is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <numeric>
#include <thread>

#include "base/host/child_process.h"
#include "gpu/nvml.h"
#include "policy/decision.h"
#include "runtime/mps/mps_program.h"
#include "tests/runtime/cpu/small_workload.h"
#include "tests/runtime/gpu/gpu_outputs.h"
#include "tests/runtime/gpu/gpu_world.h"
#include "tests/runtime/mps/children.h"
#include "tests/runtime/mps/worker_outputs.h"

namespace daris {
namespace {

using testing::children_that_run;
using ::testing::Each;
using ::testing::IsEmpty;

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint32_t kContexts = 4;
constexpr std::uint32_t kStreams = 2;
constexpr std::uint32_t kBatch = 4;
const std::string kWorker = this_program();

// One UNet for all slots: its kernels are long.
Workload long_kernels() {
  TaskSet set;
  set.name = "unet";
  set.groups = {testing::small_group("unet", 1, 0, Weights::kShared)};
  set.groups[0].model = "unet";
  set.groups[0].batch = kBatch;
  return make_workload(std::move(set));
}

// Keeps all slots busy with whole models, each job after the other.
class ClosedLoop {
 public:
  ClosedLoop() : backend_(make_mps_backend(0).value()) {
    LiveWork work;
    work.workload = &workload_;
    work.contexts = kContexts;
    work.streams = kStreams;
    work.oversubscription_milli = 2000;
    work.staged = false;
    Result<LiveMachine> made = backend_->make(work, clock_);
    EXPECT_TRUE(made.ok()) << made.error().message;
    machine_ = std::move(made).value();
    for (std::uint32_t slot = 0; slot < kContexts * kStreams; ++slot) launch(slot);
  }

  // `until` is asked at every poll.
  template <typename Until>
  void run(milliseconds limit, const Until& until) {
    const Clock::time_point give_up = Clock::now() + limit;
    while (!until() && Clock::now() < give_up) {
      PolledEvents polled;
      machine_.executor->poll(polled);
      for (const ContextLost& lost : polled.lost) lost_[lost.context.at()] = true;
      for (const FinishedStage& finished : polled.finished) {
        ++finished_[finished.slot.value() / kStreams];
        const Clock::time_point now = Clock::now();
        longest_pause_ = std::max(longest_pause_, now - last_finish_);
        last_finish_ = now;
        launch(finished.slot.value());
      }
    }
  }
  void run(milliseconds time) {
    run(time, [] { return false; });
  }

  void abandon(std::uint32_t context) {
    lost_[context] = true;
    machine_.executor->abandon(ContextId(context));
  }

  [[nodiscard]] LiveExecutor& executor() { return *machine_.executor; }
  [[nodiscard]] const std::vector<std::uint64_t>& context_memory_bytes() const {
    return machine_.context_memory_bytes;
  }
  // In use on the whole GPU.
  [[nodiscard]] std::uint64_t gpu_memory_bytes() const {
    return Nvml().memory_used_bytes(backend_->pci_bus_id().value()).value();
  }
  [[nodiscard]] std::size_t lost() const {
    return static_cast<std::size_t>(std::count(lost_.begin(), lost_.end(), true));
  }
  [[nodiscard]] bool is_lost(std::uint32_t context) const { return lost_[context]; }
  [[nodiscard]] std::vector<std::uint32_t> finished() const { return finished_; }
  // The longest time without the end of any stage, since forget_pauses().
  [[nodiscard]] milliseconds longest_pause() const {
    return std::chrono::duration_cast<milliseconds>(longest_pause_);
  }
  void forget_pauses() { longest_pause_ = {}; }
  void say_notes() const {
    for (const std::string& note : machine_.executor->notes()) std::cout << "             " << note << "\n";
  }

 private:
  void launch(std::uint32_t slot) {
    const std::vector<JobId> jobs = {{ordinals_++, TaskId(0)}};
    if (!lost_[slot / kStreams])
      static_cast<void>(machine_.executor->launch({SlotId(slot), StageIndex(0), kBatch, jobs}));
  }

  Workload workload_ = long_kernels();
  std::unique_ptr<LiveBackend> backend_;
  std::shared_ptr<MonotonicClock> clock_ = std::make_shared<MonotonicClock>(IdleMode::kSpin);
  LiveMachine machine_;
  std::vector<bool> lost_ = std::vector<bool>(kContexts, false);
  std::vector<std::uint32_t> finished_ = std::vector<std::uint32_t>(kContexts, 0);
  std::uint32_t ordinals_ = 0;
  Clock::time_point last_finish_ = Clock::now();
  Clock::duration longest_pause_{};
};

// How many stages the contexts that are not lost finished since `before`.
std::vector<std::uint32_t> progress(const ClosedLoop& loop, const std::vector<std::uint32_t>& before) {
  std::vector<std::uint32_t> made;
  for (std::uint32_t context = 0; context < kContexts; ++context) {
    if (!loop.is_lost(context)) made.push_back(loop.finished()[context] - before[context]);
  }
  return made;
}

TEST(MpsOnAGpu, GrantsWhatWasAskedFor) {
  ClosedLoop loop;
  loop.run(milliseconds(300));
  EXPECT_THAT(loop.executor().granted_sms(), Each(66));  // of 132, at OS 2
  EXPECT_THAT(loop.finished(), Each(::testing::Gt(0U)));
  EXPECT_TRUE(loop.executor().drain(Duration::from_ns(5'000'000'000)));
}

TEST(MpsOnAGpu, SaysWhatMemoryEachWorkerHas) {
  const ClosedLoop loop;
  const std::vector<std::uint64_t>& workers = loop.context_memory_bytes();
  ASSERT_EQ(workers.size(), kContexts);
  constexpr std::uint64_t kWeights =
      30'000'000 * std::uint64_t{4};  // bytes of a UNet, which each worker has for itself
  EXPECT_THAT(workers, Each(::testing::Gt(kWeights)));
  EXPECT_LE(std::accumulate(workers.begin(), workers.end(), std::uint64_t{0}), loop.gpu_memory_bytes());
  std::cout << "  MiB by worker:";
  for (const std::uint64_t bytes : workers) std::cout << " " << (bytes >> 20);
  std::cout << "\n";
}

// A folder for the outputs of workers. Not std::filesystem::remove_all(): see gpu/mps_daemon.cpp.
class OutputsFolder {
 public:
  OutputsFolder() {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
    setenv(testing::kOutputsVariable, path_.c_str(), 1);
  }
  ~OutputsFolder() {
    unsetenv(testing::kOutputsVariable);
    for (const auto& file : std::filesystem::directory_iterator(path_)) ::unlink(file.path().c_str());
    ::rmdir(path_.c_str());
  }
  OutputsFolder(const OutputsFolder&) = delete;
  OutputsFolder& operator=(const OutputsFolder&) = delete;

  [[nodiscard]] testing::Outputs outputs() const { return testing::read_worker_outputs(path_); }

 private:
  std::string path_ = "/tmp/daris-outputs-XXXXXX";
};

TEST(MpsOnAGpu, ScheduledOutputsEqualThoseOfTheModelByItself) {
  const OutputsFolder folder;
  const std::unique_ptr<LiveBackend> backend = make_mps_backend(0).value();
  testing::GpuWorld world(*backend, testing::overlapping(4, 2));
  const LiveRunOutcome outcome = world.run(Duration::from_ns(1'000'000'000));
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_TRUE(outcome.drained);
  EXPECT_GT(world.facts.migrations, 0U);
  EXPECT_GT(world.facts.overtaken, 0U);
  EXPECT_GT(world.facts.moved, 0U);
  EXPECT_GT(world.facts.beside, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  const testing::Outputs outputs = folder.outputs();
  EXPECT_GT(outputs.size(), 150U);
  testing::expect_outputs_of_the_models_alone(world.workload, outputs);
}

TEST(MpsOnAGpu, OutputsOfScheduledBatchesAreThoseOfTheModelsAlone) {
  const OutputsFolder folder;
  const std::unique_ptr<LiveBackend> backend = make_mps_backend(0).value();
  LiveWork work = testing::overlapping(4, 1);
  work.batches = {1, 2, 4, 8};
  testing::GpuWorld world(*backend, work);
  const LiveRunOutcome outcome = world.run(Duration::from_ns(1'000'000'000));
  EXPECT_EQ(outcome.how, RunEnd::kDone);
  EXPECT_GT(world.facts.batched, 0U);
  EXPECT_GT(world.facts.padded, 0U);
  EXPECT_EQ(world.facts.losses, 0U);
  const testing::Outputs outputs = folder.outputs();
  EXPECT_GT(outputs.size(), 150U);
  testing::expect_outputs_of_the_models_alone(world.workload, outputs);
}

TEST(MpsOnAGpu, AKilledWorkerIsNoticedAndTheRunGoesOnOrEndsAsAWhole) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    {
      ClosedLoop loop;
      loop.run(milliseconds(300));
      const Clock::time_point killed = Clock::now();
      kill(children_that_run(kWorker)[1], SIGKILL);
      loop.run(milliseconds(2000), [&] { return loop.lost() > 0; });
      const auto noticed = std::chrono::duration_cast<milliseconds>(Clock::now() - killed);
      EXPECT_LT(noticed, milliseconds(100));
      EXPECT_TRUE(loop.is_lost(1));
      loop.run(milliseconds(2500));
      const std::vector<std::uint32_t> before = loop.finished();
      loop.run(milliseconds(300));
      const std::vector<std::uint32_t> made = progress(loop, before);
      EXPECT_TRUE(made.empty() || made.size() == kContexts - 1)
          << "either the driver took all along, or nobody";
      EXPECT_EQ(made.size(), kContexts - loop.lost());
      EXPECT_THAT(made, Each(::testing::Gt(0U)));
      std::cout << "  try " << attempt << ": noticed after " << noticed.count() << " ms; " << loop.lost()
                << " of " << kContexts << " contexts lost\n";
      loop.say_notes();
    }
    EXPECT_THAT(children_that_run(kWorker), IsEmpty());
  }
}

TEST(MpsOnAGpu, AWorkerThatIsGivenUpLeavesTheOthersAlone) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    ClosedLoop loop;
    loop.run(milliseconds(300));
    loop.forget_pauses();
    loop.abandon(1);
    loop.run(milliseconds(1500));
    std::cout << "  try " << attempt << ": longest pause " << loop.longest_pause().count() << " ms\n";
    const std::vector<std::uint32_t> before = loop.finished();
    loop.run(milliseconds(300));
    EXPECT_EQ(loop.lost(), 1U);
    EXPECT_THAT(progress(loop, before), ::testing::SizeIs(kContexts - 1));
    EXPECT_THAT(progress(loop, before), Each(::testing::Gt(0U)));
    EXPECT_TRUE(loop.executor().drain(Duration::from_ns(5'000'000'000)));
    loop.say_notes();
  }
}

}  // namespace
}  // namespace daris
