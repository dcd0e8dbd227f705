// For tests: a live backend whose stages take as long as the test says, and which can lose contexts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json/json.h"
#include "policy/decision.h"
#include "runtime/live_backend.h"

namespace daris::testing {

using StageTime = std::function<Duration(std::uint32_t batch)>;

inline constexpr std::int64_t kMs = 1'000'000;                                  // in ns
inline constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();  // so many launches

// Stages take as long as the test says, by the run's clock. Launch number `fails_at` (from 1) fails. After
// `lost_after` launches its contexts are gone.
class PlainMachine final : public LiveExecutor {
 public:
  PlainMachine(const LiveWork& work, std::shared_ptr<const RunClock> clock, std::size_t lost_after,
               std::size_t fails_at, StageTime stage_time)
      : clock_(std::move(clock)),
        lost_after_(lost_after),
        fails_at_(fails_at),
        stage_time_(std::move(stage_time)),
        granted_(work.contexts, 1),
        slots_(std::size_t{work.contexts} * work.streams, {Time::never(), {}}) {}

  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return granted_; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override {
    if (++launches_ == fails_at_) return LaunchFailure::kDeviceError;
    slots_[launch.slot.at()] = {clock_->now(), stage_time_(launch.batch)};
    return std::nullopt;
  }
  void poll(PolledEvents& out) override {
    const Time now = clock_->now();
    if (launches_ > lost_after_) return lose(out);
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
      Stage& stage = slots_[slot];
      if (stage.started == Time::never() || now - stage.started < stage.takes) continue;
      out.finished.push_back({SlotId(slot), stage.started, stage.takes});
      stage.started = Time::never();
    }
  }
  void drop(JobId) override {}
  void abandon(ContextId) override {}
  [[nodiscard]] bool drain(Duration) override {
    slots_.assign(slots_.size(), {Time::never(), {}});
    return true;
  }

 private:
  struct Stage {
    Time started;  // Time::never() if none runs
    Duration takes;
  };

  void lose(PolledEvents& out) {
    if (lost_) return;
    lost_ = true;
    for (std::uint32_t context = 0; context < granted_.size(); ++context)
      out.lost.push_back({ContextId(context)});
  }

  std::shared_ptr<const RunClock> clock_;
  std::size_t lost_after_;
  std::size_t fails_at_;
  StageTime stage_time_;
  std::vector<std::uint32_t> granted_;
  std::vector<Stage> slots_;
  std::size_t launches_ = 0;
  bool lost_ = false;
};

// All warnings but the one that a machine busy with other work may add to any live run.
inline std::vector<std::string> warnings_of(const Json& point) {
  std::vector<std::string> warnings = point.at("warnings").get<std::vector<std::string>>();
  std::erase_if(warnings, [](const std::string& one) { return one.starts_with("the program stood still"); });
  return warnings;
}

class PlainBackend final : public LiveBackend {
 public:
  explicit PlainBackend(std::size_t lost_after = kNever) : lost_after_(lost_after) { facts_.gpu = "plain"; }
  [[nodiscard]] std::optional<std::string> pci_bus_id() const override { return pci; }
  [[nodiscard]] Backend kind() const override { return pci ? Backend::kGreen : Backend::kCpu; }
  [[nodiscard]] const MachineFacts& facts() const override { return facts_; }
  [[nodiscard]] IdleMode idle_mode() const override { return idle; }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return 0; }
  [[nodiscard]] std::uint32_t saturation_contexts(std::optional<std::uint32_t>) const override { return 2; }
  [[nodiscard]] Duration stage_limit() const override { return hangs_after; }
  [[nodiscard]] Status check(const LiveWork&) const override { return {}; }
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work,
                                         std::shared_ptr<const RunClock> clock) override {
    if (refuses && refuses(work)) return environment_error("the GPU's memory is too small");
    made.push_back(work.staged);
    batches_made.push_back(work.batches);
    jobs_made.emplace_back();
    for (const TaskGroup& group : work.workload->set.groups) jobs_made.back().push_back(group.batch);
    LiveMachine machine;
    machine.stages.assign(work.workload->tasks.size(), work.staged ? 3 : 1);
    machine.context_memory_bytes = context_memory_bytes;
    machine.executor =
        std::make_unique<PlainMachine>(work, std::move(clock), lost_after_, fails_at, stage_time);
    return machine;
  }

  void forget_graphs() override { ++forgotten; }
  [[nodiscard]] bool is_stuck() const override { return stuck; }

  // What the test sets.
  std::optional<std::string> pci;
  std::vector<std::uint64_t> context_memory_bytes;
  StageTime stage_time = [](std::uint32_t) { return Duration::from_ns(100'000); };
  IdleMode idle = IdleMode::kNap;
  Duration hangs_after = Duration::from_ns(1'000'000'000);
  std::function<bool(const LiveWork&)> refuses;
  std::size_t fails_at = 0;  // 0: never
  bool stuck = false;

  // For each executor: if it was staged, sizes of launches, inputs of jobs by group.
  std::vector<bool> made;
  std::vector<std::vector<std::uint32_t>> batches_made;
  std::vector<std::vector<std::uint32_t>> jobs_made;
  std::size_t forgotten = 0;

 private:
  std::size_t lost_after_;
  MachineFacts facts_;
};

}  // namespace daris::testing
