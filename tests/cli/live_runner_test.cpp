// The live runner over a machine of the test's own, which can lose contexts.
#include "cli/live_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace daris {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

// Stages take a tenth of a millisecond by the run's clock. From `lost_after` launches on its contexts are gone.
class PlainMachine final : public LiveExecutor {
 public:
  PlainMachine(const LiveWork& work, std::shared_ptr<const RunClock> clock, std::size_t lost_after)
      : clock_(std::move(clock)),
        lost_after_(lost_after),
        granted_(work.contexts, 1),
        slots_(work.contexts * work.streams, Time::never()) {}

  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return granted_; }
  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override {
    ++launches_;
    slots_[launch.slot.at()] = clock_->now();
    return std::nullopt;
  }
  void poll(PolledEvents& out) override {
    const Time now = clock_->now();
    if (launches_ > lost_after_) return lose(out);
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot] == Time::never() || now - slots_[slot] < Duration::from_ns(kMs / 10)) continue;
      out.finished.push_back({SlotId(slot), slots_[slot], now - slots_[slot]});
      slots_[slot] = Time::never();
    }
  }
  void drop(JobId) override {}
  void abandon(ContextId) override {}
  [[nodiscard]] bool drain(Duration) override {
    slots_.assign(slots_.size(), Time::never());
    return true;
  }

 private:
  void lose(PolledEvents& out) {
    if (lost_) return;
    lost_ = true;
    for (std::uint32_t context = 0; context < granted_.size(); ++context) out.lost.push_back({ContextId(context)});
  }

  std::shared_ptr<const RunClock> clock_;
  std::size_t lost_after_;
  std::vector<std::uint32_t> granted_;
  std::vector<Time> slots_;  // when its stage started; Time::never() where none runs
  std::size_t launches_ = 0;
  bool lost_ = false;
};

class PlainBackend final : public LiveBackend {
 public:
  explicit PlainBackend(std::size_t lost_after) : lost_after_(lost_after) { facts_.gpu = "plain"; }
  [[nodiscard]] Backend mechanism() const override { return Backend::kCpu; }
  [[nodiscard]] const MachineFacts& facts() const override { return facts_; }
  [[nodiscard]] IdleMode idle_mode() const override { return IdleMode::kNap; }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return 0; }
  [[nodiscard]] std::uint32_t saturation_contexts() const override { return 2; }
  [[nodiscard]] Duration stage_limit() const override { return Duration::from_ns(1'000 * kMs); }
  [[nodiscard]] Status check(const LiveWork&) const override { return {}; }
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work, std::shared_ptr<const RunClock> clock) override {
    LiveMachine machine;
    machine.stages.assign(work.workload->tasks.size(), work.staged ? 3 : 1);
    machine.executor = std::make_unique<PlainMachine>(work, std::move(clock), lost_after_);
    return machine;
  }

 private:
  std::size_t lost_after_;
  MachineFacts facts_;
};

struct Outcome {
  Json point;
  std::optional<std::string> fault;
};

Outcome run_on(std::size_t lost_after, std::uint32_t replications) {
  LiveRunner runner([lost_after](const RunConfig&) -> Result<std::shared_ptr<LiveBackend>> {
    return std::shared_ptr<LiveBackend>(std::make_shared<PlainBackend>(lost_after));
  });
  RunConfig config;
  config.task_set = "small-cnn";
  config.contexts = 2;
  config.duration = Duration::from_ns(100 * kMs);
  config.warmup = Duration::from_ns(20 * kMs);
  config.replications = replications;
  const Point point = runner.settle(config).value();
  EXPECT_TRUE(runner.check(point).ok());
  Result<std::optional<Json>> result = runner.run(point, 1, [] { return false; });
  EXPECT_TRUE(result.ok());
  return {result.value().value(), runner.fault()};
}

TEST(LiveRunner, RunsEveryReplication) {
  const Outcome outcome = run_on(1'000'000, 2);
  EXPECT_EQ(outcome.point["confidence"]["replications"], 2);
  EXPECT_EQ(outcome.fault, std::nullopt);
  EXPECT_TRUE(outcome.point["warnings"].empty());
  EXPECT_GT(outcome.point["results"]["levels"][0]["completed"], 0);
}

// The warm-up takes 90 launches and a replication some 200: the second one is cut off.
TEST(LiveRunner, KeepsWhatWasCountedWhereEveryContextIsLost) {
  const Outcome outcome = run_on(400, 3);
  ASSERT_TRUE(outcome.fault.has_value());
  EXPECT_THAT(*outcome.fault, HasSubstr("2 of 2 contexts were lost, so that the run ended early"));
  EXPECT_EQ(outcome.point["warnings"][0], *outcome.fault);
  EXPECT_EQ(outcome.point["confidence"]["replications"], 2);
  const Json& level = outcome.point["results"]["levels"][0];
  EXPECT_EQ(level["admitted"].get<int>(),
            level["completed"].get<int>() + level["dropped"].get<int>() + level["unfinished"].get<int>());
}

TEST(LiveRunner, SaysWhatItCantMeasure) {
  LiveRunner runner([](const RunConfig&) -> Result<std::shared_ptr<LiveBackend>> {
    return std::shared_ptr<LiveBackend>(std::make_shared<PlainBackend>(10));  // gone while warming up
  });
  RunConfig config;
  config.task_set = "small-cnn";
  const Point point = runner.settle(config).value();
  const Result<std::optional<Json>> result = runner.run(point, 1, [] { return false; });
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr("closed loop"));
}

}  // namespace
}  // namespace daris
