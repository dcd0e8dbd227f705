// For tests of the run loop: an executor in virtual time, whose stages take as long as the test says, and its
// clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "policy/decision.h"
#include "runtime/live_executor.h"
#include "runtime/run_clock.h"

namespace daris::testing {

inline Time at_ns(std::int64_t ns) { return Time::from_ns(ns); }
inline Duration for_ns(std::int64_t ns) { return Duration::from_ns(ns); }

class FakeMachine final : public LiveExecutor, public RunClock {
 public:
  struct Launched {
    Time at;
    SlotId slot;
    StageIndex stage;
    std::vector<JobId> jobs;
  };

  FakeMachine(std::uint32_t contexts, std::uint32_t streams)
      : streams_(streams), granted_(contexts, 1), running_(std::size_t{contexts} * streams) {}

  // What the test sets.
  std::function<Duration(const LaunchStage&)> takes = [](const LaunchStage&) { return for_ns(100); };
  std::function<std::optional<LaunchFailure>(const LaunchStage&)> refuses = [](const LaunchStage&) {
    return std::nullopt;
  };
  std::function<bool(const LaunchStage&)> hangs = [](const LaunchStage&) { return false; };
  std::vector<std::pair<Time, ContextId>> losses;  // ascending
  std::int64_t overslept_ns = 0;                   // each wait ends so much later than asked
  std::int64_t wait_ns_max = 1'000'000'000;        // no wait is longer
  std::int64_t launch_ns = 0;                      // the time that a launch takes
  std::optional<std::pair<Time, Duration>> stop;   // the host stops the thread in the first wait from then on

  // What the test reads.
  std::vector<Launched> launched;
  std::vector<JobId> admitted_jobs;
  std::vector<JobId> dropped;
  std::vector<ContextId> abandoned;
  int drains = 0;

  [[nodiscard]] Time now() const override { return now_; }
  void restart() override { now_ = Time(); }
  void idle(Time next) override {
    for (const Running& slot : running_) {
      if (slot.busy && !slot.hung) next = std::min(next, slot.ends);
    }
    if (next_loss_ < losses.size()) next = std::min(next, losses[next_loss_].first);
    now_ = std::max(now_, std::min(next, now_ + for_ns(wait_ns_max))) + for_ns(overslept_ns);
    if (stop && now_ >= stop->first) now_ = now_ + std::exchange(stop, std::nullopt)->second;
  }

  [[nodiscard]] std::span<const std::uint32_t> granted_sms() const override { return granted_; }

  [[nodiscard]] std::optional<LaunchFailure> launch(const LaunchStage& launch) override {
    const std::optional<LaunchFailure> refused = refuses(launch);
    if (refused) return refused;
    Running& slot = running_.at(launch.slot.at());
    DARIS_CHECK(!slot.busy);
    slot = {true, hangs(launch), now_, now_ + takes(launch)};
    now_ = now_ + for_ns(launch_ns);
    launched.push_back({now_, launch.slot, launch.stage, {launch.jobs.begin(), launch.jobs.end()}});
    return std::nullopt;
  }

  // The latest slot comes first: the run loop must restore the order.
  void poll(PolledEvents& out) override {
    for (std::size_t index = running_.size(); index-- > 0;) {
      Running& slot = running_[index];
      if (!slot.busy || slot.hung || slot.ends > now_) continue;
      slot.busy = false;
      out.finished.push_back(
          {SlotId(static_cast<std::uint32_t>(index)), slot.started, slot.ends - slot.started});
    }
    for (; next_loss_ < losses.size() && losses[next_loss_].first <= now_; ++next_loss_) {
      out.lost.push_back({losses[next_loss_].second});
      clear(losses[next_loss_].second);
    }
  }

  void admitted(JobId job) override { admitted_jobs.push_back(job); }
  void drop(JobId job) override { dropped.push_back(job); }
  void abandon(ContextId context) override {
    abandoned.push_back(context);
    clear(context);
  }

  [[nodiscard]] bool drain(Duration) override {
    ++drains;
    return std::none_of(running_.begin(), running_.end(),
                        [](const Running& slot) { return slot.busy && slot.hung; });
  }

 private:
  struct Running {
    bool busy = false;
    bool hung = false;
    Time started;
    Time ends;
  };

  void clear(ContextId context) {
    for (std::uint32_t stream = 0; stream < streams_; ++stream)
      running_[context.at() * streams_ + stream].busy = false;
  }

  std::uint32_t streams_;
  std::vector<std::uint32_t> granted_;
  std::vector<Running> running_;
  Time now_;
  std::size_t next_loss_ = 0;
};

}  // namespace daris::testing
