// A worker without a GPU, for tests: the loop of a real one with an engine whose stages take 300 us. The name
// of the launched task says what goes wrong.
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "base/host/child_process.h"
#include "policy/decision.h"
#include "runtime/mps/monotonic_ns.h"
#include "runtime/mps/worker_loop.h"
#include "workloads/stage_plan.h"

namespace daris::testing {
namespace {

constexpr std::int64_t kStageNs = 300'000;

// Ends stages in a thread of its own, as a GPU does.
class Timer {
 public:
  explicit Timer(std::span<StampLine> lines)
      : lines_(lines), running_(lines.size()), thread_([this] { run(); }) {}

  void start(std::size_t slot) {
    const std::lock_guard lock(mutex_);
    running_[slot] = monotonic_ns();
  }

 private:
  void run() {
    while (true) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      const std::lock_guard lock(mutex_);
      const std::int64_t now = monotonic_ns();
      for (std::size_t slot = 0; slot < running_.size(); ++slot) {
        if (running_[slot] != 0 && now - running_[slot] >= kStageNs) end(slot, now);
      }
    }
  }

  void end(std::size_t slot, std::int64_t now) {
    StampLine& line = lines_[slot];
    line.begin_ns = static_cast<std::uint64_t>(running_[slot]);
    line.end_ns = static_cast<std::uint64_t>(now);
    running_[slot] = 0;
    const std::atomic_ref<std::uint32_t> ended(line.ended);
    ended.store(ended.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  std::span<StampLine> lines_;
  std::mutex mutex_;
  std::vector<std::int64_t> running_;  // by slot: since when a stage runs; 0: none does
  std::thread thread_;                 // ends with the process
};

class FakeEngine final : public WorkerEngine {
 public:
  Result<WorkerReady> set_up(const WorkerSetup& setup, std::span<StampLine> lines,
                             const SetUpWatch& watch) override {
    workload_ = make_workload(setup.set);
    if (timer_ == nullptr) {
      timer_ = new Timer(lines);  // NOLINT: until the process ends
      launched_.resize(lines.size());
    }
    WorkerReady ready{setup.granted_sms, {}, 1000 + setup.context.value()};
    for (std::uint32_t task = 0; task < workload_.tasks.size(); ++task) {
      const TaskGroup& group = workload_.group_of(TaskId(task));
      if (group.name == "no memory") return Error{"the GPU's memory is too small"};
      if (group.name == "ends at once") std::_Exit(1);
      if (group.name == "takes long") {
        const Status captured = capture(watch);
        if (!captured.ok()) return captured.error();
      }
      const ModelInfo& model = *find_model(group.model).value();
      ready.stages.push_back(setup.staged ? static_cast<std::uint32_t>(default_stage_plan(model).size()) : 1);
    }
    return ready;
  }

  std::optional<LaunchFailure> launch(const LaunchStage& launch) override {
    const std::string& name = workload_.group_of(launch.jobs.front().task).name;
    if (name == "refused") return LaunchFailure::kOutOfMemory;
    if (name == "dies") raise(SIGKILL);
    if (name == "fault") fault_ = "an illegal memory access";
    if (name == "mute") mute_ = true;
    ++launched_[launch.slot.at()];
    if (name != "hangs") timer_->start(launch.slot.at());
    return std::nullopt;
  }
  std::uint32_t launched(SlotId slot) const override { return launched_[slot.at()]; }
  void end(SlotId) override {}
  void drop(JobId) override {}
  void reset() override {}
  void begin_probe() override {}
  bool probe_ended() override { return !mute_; }
  std::optional<std::string> fault() override { return fault_; }

 private:
  // Takes a minute, unless it is stopped.
  static Status capture(const SetUpWatch& watch) {
    constexpr std::size_t kGraphs = 6000;
    for (std::size_t graph = 1; graph <= kGraphs; ++graph) {
      if (watch.stopped()) return environment_error(kSetUpStopped);
      watch.captured(graph, kGraphs);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
  }

  Workload workload_;
  Timer* timer_ = nullptr;
  std::vector<std::uint32_t> launched_;
  bool mute_ = false;
  std::optional<std::string> fault_;
};

}  // namespace
}  // namespace daris::testing

int main() {
  daris::testing::FakeEngine engine;
  daris::WorkerLoop loop(engine, STDIN_FILENO, STDOUT_FILENO, daris::ChildProcess::kDescriptor);
  std::_Exit(loop.run());
}
