#include "runtime/mps/mps_executor.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/check.h"
#include "policy/decision.h"
#include "runtime/mps/monotonic_ns.h"

namespace daris {

MpsExecutor::MpsExecutor(std::shared_ptr<WorkerFleet> fleet, std::vector<std::uint32_t> granted_sms,
                         std::shared_ptr<const RunClock> clock)
    : fleet_(std::move(fleet)),
      granted_sms_(std::move(granted_sms)),
      clock_(std::move(clock)),
      watch_(*fleet_) {
  for (std::uint32_t context = 0; context < fleet_->contexts(); ++context) {
    const WorkerMemory shared = fleet_->memory(ContextId(context));
    for (std::uint32_t stream = 0; stream < fleet_->streams(); ++stream) {
      Slot& slot = slots_.emplace_back();
      slot.shared = shared;
      slot.report = &shared.slots[stream];
      slot.line = &shared.lines[stream];
      slot.posted = slot.report->dealt.load(std::memory_order_acquire);
    }
    resets_ = std::max(resets_, shared.report->reset.load(std::memory_order_acquire));
  }
  lost_before_.reserve(fleet_->contexts());
}

bool MpsExecutor::serves(ContextId context) const {
  return fleet_->state(context) == WorkerFleet::State::kServing;
}

// A context may have been lost between two runs, which the run loop does not know yet.
std::optional<LaunchFailure> MpsExecutor::launch(const LaunchStage& launch) {
  Slot& slot = slots_[launch.slot.at()];
  DARIS_CHECK(!slot.busy);
  if (!serves(context_of(launch.slot))) return LaunchFailure::kRefused;
  WorkerCommand command;
  command.slot = SlotId(launch.slot.value() % fleet_->streams());
  command.stage = launch.stage;
  command.batch = launch.batch;
  command.jobs = launch.jobs;
  command.posted_ns = monotonic_ns();
  encode(command, words_);
  if (gate_.state() != LaunchGate::State::kOpen) {
    gate_.hold(launch.slot, words_);
  } else if (!slot.shared.commands->push(words_)) {
    return LaunchFailure::kRefused;
  }
  ++slot.posted;
  slot.busy = true;
  return std::nullopt;
}

void MpsExecutor::poll(PolledEvents& out) {
  if (!lost_before_.empty()) {
    out.lost.insert(out.lost.end(), lost_before_.begin(), lost_before_.end());
    lost_before_.clear();
  }
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].busy) poll_slot(SlotId(slot), out);
  }
  const std::size_t known = out.lost.size();
  watch_.look(out.lost);
  for (std::size_t i = known; i < out.lost.size(); ++i) forget(out.lost[i].context);
  if (gate_.state() != LaunchGate::State::kOpen) tend_gate(out);
}

void MpsExecutor::tend_gate(PolledEvents& out) {
  const std::int64_t now_ns = monotonic_ns();
  if (gate_.state() == LaunchGate::State::kWaiting) {
    if (!gate_.may_remove(others_rest(), now_ns)) return;
    for (const ContextId context : gate_.leaving()) watch_.give_up(context);
    return gate_.removing(now_ns);
  }
  if (!gate_.may_open(leaving_are_gone(), now_ns)) return;
  for (const LaunchGate::Held& held : gate_.open()) {
    Slot& slot = slots_[held.slot.at()];
    if (slot.shared.commands->push(held.words)) continue;
    --slot.posted;
    slot.busy = false;
    out.failed.push_back({held.slot, LaunchFailure::kRefused});
  }
}

bool MpsExecutor::others_rest() const {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].busy && !gate_.holds(SlotId(slot))) return false;
  }
  return true;
}

bool MpsExecutor::leaving_are_gone() const {
  return std::all_of(gate_.leaving().begin(), gate_.leaving().end(), [this](ContextId context) {
    return fleet_->state(context) == WorkerFleet::State::kGone;
  });
}

void MpsExecutor::poll_slot(SlotId id, PolledEvents& out) {
  Slot& slot = slots_[id.at()];
  const SlotReport& report = *slot.report;
  if (report.dealt.load(std::memory_order_acquire) != slot.posted) return;
  if (const std::uint32_t failure = report.failure.load(std::memory_order_relaxed); failure != 0) {
    slot.busy = false;
    out.failed.push_back({id, static_cast<LaunchFailure>(failure - 1)});
    return;
  }
  const std::optional<Duration> took = slot.line->time_of(report.stages.load(std::memory_order_relaxed));
  if (!took) return;
  slot.busy = false;
  const Duration handed_over = Duration::from_ns(report.handed_over_ns.load(std::memory_order_relaxed));
  // It ended before it was seen, so on the run's clock it began no later than this.
  out.finished.push_back({id, clock_->now() - *took, *took, handed_over});
}

// Tells all workers, since only they know which of them has the job. A worker that does not know it does
// nothing.
void MpsExecutor::drop(JobId job) {
  WorkerCommand command;
  command.kind = CommandKind::kDrop;
  command.jobs = {&job, 1};
  tell_all(command);
}

// A worker whose queue is full does not read it. The run loop gives it up when its stage takes too long.
void MpsExecutor::tell_all(const WorkerCommand& command) {
  encode(command, words_);
  for (std::uint32_t context = 0; context < fleet_->contexts(); ++context) {
    if (serves(ContextId(context)))
      static_cast<void>(fleet_->memory(ContextId(context)).commands->push(words_));
  }
}

void MpsExecutor::abandon(ContextId context) {
  forget(context);
  if (serves(context)) gate_.shut(context, monotonic_ns());
}

void MpsExecutor::forget(ContextId context) {
  gate_.forget(context, fleet_->streams());
  for (std::uint32_t stream = 0; stream < fleet_->streams(); ++stream)
    slots_[context.at() * fleet_->streams() + stream].busy = false;
}

bool MpsExecutor::drain(Duration limit) {
  constexpr auto kNap = std::chrono::microseconds(100);
  const std::int64_t until_ns = monotonic_ns() + limit.ns();
  PolledEvents unused;
  const auto wait_while = [&](const auto& condition) {
    while (condition() && monotonic_ns() < until_ns) {
      poll(unused);
      std::this_thread::sleep_for(kNap);
    }
    return !condition();
  };
  if (!wait_while([this] { return anything_runs(); })) return false;
  WorkerCommand command;
  command.kind = CommandKind::kReset;
  command.ticket = ++resets_;
  tell_all(command);
  const bool drained = wait_while([this] { return !all_have_reset(resets_); });
  lost_before_.clear();
  for (std::uint32_t context = 0; context < fleet_->contexts(); ++context) {
    if (!serves(ContextId(context))) lost_before_.push_back({ContextId(context)});
  }
  return drained;
}

bool MpsExecutor::anything_runs() const {
  if (gate_.state() != LaunchGate::State::kOpen) return true;
  for (std::uint32_t context = 0; context < fleet_->contexts(); ++context) {
    if (fleet_->state(ContextId(context)) == WorkerFleet::State::kRemoving) return true;
  }
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.busy; });
}

bool MpsExecutor::all_have_reset(std::uint32_t ticket) const {
  for (std::uint32_t context = 0; context < fleet_->contexts(); ++context) {
    if (serves(ContextId(context)) &&
        fleet_->memory(ContextId(context)).report->reset.load(std::memory_order_acquire) != ticket)
      return false;
  }
  return true;
}

}  // namespace daris
