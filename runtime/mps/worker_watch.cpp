#include "runtime/mps/worker_watch.h"

#include <fmt/format.h>

#include "runtime/mps/monotonic_ns.h"

namespace daris {
namespace {

constexpr std::uint32_t kPollsPerClock = 16;
constexpr std::int64_t kLookEveryNs = 250'000;
constexpr std::int64_t kProbeLimitNs = kNsPerSecond;

std::string context_text(ContextId context) { return fmt::format("context {}", context.value()); }

std::string ms_text(std::int64_t ns) { return fmt::format("{} ms", (ns + kNsPerMs - 1) / kNsPerMs); }

}  // namespace

void WorkerWatch::look(std::vector<ContextLost>& lost) {
  if (++polls_ % kPollsPerClock != 0) return;
  const std::int64_t now_ns = monotonic_ns();
  if (now_ns < next_look_ns_) return;
  next_look_ns_ = now_ns + kLookEveryNs;
  const ContextId context(next_worker_++ % fleet_.contexts());
  const bool was_serving = fleet_.state(context) == WorkerFleet::State::kServing;
  if (fleet_.ended(context)) note_end(context, was_serving, lost);
  if (probe_) check_probe(lost);
}

void WorkerWatch::note_end(ContextId context, bool was_serving, std::vector<ContextLost>& lost) {
  if (was_serving) {
    lost.push_back({context});
    notes_.push_back(context_text(context) + ": its worker ended: " + fleet_.ending(context));
  }
  begin_probe();
}

void WorkerWatch::begin_probe() {
  probe_.reset();
  if (serving() == 0) return;
  probe_ = Probe{monotonic_ns(), 0, 0};
  send_probe();
}

void WorkerWatch::send_probe() {
  probe_->ticket = ++tickets_;
  WorkerCommand command;
  command.kind = CommandKind::kProbe;
  command.ticket = probe_->ticket;
  encode(command, words_);
  for (std::uint32_t index = 0; index < fleet_.contexts(); ++index) {
    if (fleet_.state(ContextId(index)) != WorkerFleet::State::kServing) continue;
    // If there is no room, the worker does not answer.
    static_cast<void>(fleet_.memory(ContextId(index)).commands->push(words_));
  }
}

void WorkerWatch::check_probe(std::vector<ContextLost>& lost) {
  const std::int64_t took_ns = monotonic_ns() - probe_->begun_ns;
  if (const std::optional<ContextId> context = silent()) {
    if (took_ns > kProbeLimitNs) give_all_up(*context, lost);
    return;
  }
  ++probe_->answers;
  if (!all_cleared() && took_ns <= kProbeLimitNs) return send_probe();
  const std::string times = probe_->answers == 1 ? "once" : fmt::format("{} times", probe_->answers);
  notes_.push_back(fmt::format("probes in the {} other workers succeeded {} within {}", serving(), times,
                               ms_text(took_ns)));
  probe_.reset();
}

std::optional<ContextId> WorkerWatch::silent() const {
  for (std::uint32_t index = 0; index < fleet_.contexts(); ++index) {
    const ContextId context(index);
    if (fleet_.state(context) != WorkerFleet::State::kServing) continue;
    if (fleet_.memory(context).report->probed.load(std::memory_order_acquire) != probe_->ticket)
      return context;
  }
  return std::nullopt;
}

bool WorkerWatch::all_cleared() {
  for (std::uint32_t index = 0; index < fleet_.contexts(); ++index) {
    const ContextId context(index);
    if (fleet_.state(context) == WorkerFleet::State::kGone && !fleet_.cleared(context)) return false;
  }
  return true;
}

void WorkerWatch::give_all_up(ContextId silent, std::vector<ContextLost>& lost) {
  notes_.push_back(context_text(silent) + ": its worker did not answer a probe within " +
                   ms_text(kProbeLimitNs) + ", so that all contexts were given up");
  probe_.reset();
  for (std::uint32_t index = 0; index < fleet_.contexts(); ++index) {
    const ContextId context(index);
    if (fleet_.state(context) != WorkerFleet::State::kServing) continue;
    fleet_.remove(context);
    lost.push_back({context});
  }
}

void WorkerWatch::give_up(ContextId context) {
  if (fleet_.state(context) != WorkerFleet::State::kServing) return;
  notes_.push_back(context_text(context) + ": a stage hung, and its worker was removed");
  fleet_.remove(context);
}

std::uint32_t WorkerWatch::serving() const {
  std::uint32_t count = 0;
  for (std::uint32_t index = 0; index < fleet_.contexts(); ++index)
    count += fleet_.state(ContextId(index)) == WorkerFleet::State::kServing ? 1 : 0;
  return count;
}

}  // namespace daris
