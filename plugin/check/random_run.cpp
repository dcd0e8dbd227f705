#include "plugin/check/random_run.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace daris {
namespace {

// Where an event stands within an instant: by kind, then by id.
std::tuple<std::size_t, std::uint64_t> place_in_instant(const Event& event) {
  const auto id = [](const auto& e) -> std::uint64_t {
    using Kind = std::decay_t<decltype(e)>;
    if constexpr (std::is_same_v<Kind, ContextLost>) return e.context.value();
    if constexpr (std::is_same_v<Kind, LaunchFailed> || std::is_same_v<Kind, StageFinished>)
      return e.slot.value();
    if constexpr (std::is_same_v<Kind, JobReleased>)
      return std::uint64_t{e.job.ordinal} << 32U | e.job.task.value();
    if constexpr (std::is_same_v<Kind, TimerFired>) return e.timer.value();
  };
  return {event.index(), std::visit(id, event)};
}

// The finest grain of the setup's times, so that the run's own times fall on the same instants.
std::int64_t grain_of(const PolicySetup& setup) {
  std::int64_t grain = 0;
  for (const TaskSetup& task : setup.tasks)
    for (const Duration estimate : task.stage_estimates) grain = std::gcd(grain, estimate.ns());
  return std::max<std::int64_t>(1, grain);
}

}  // namespace

RandomRun::RandomRun(const PolicySetup& setup, std::uint64_t seed, const RandomRunOptions& options)
    : random_(seed),
      setup_(setup),
      failures_(options.failures && random_.one_in(3)),
      polls_(random_.one_in(2)),
      constant_times_(random_.one_in(3)),
      grain_ns_(grain_of(setup)) {
  draw_releases(setup, options.releases);
  if (failures_) draw_losses();
}

void RandomRun::draw_releases(const PolicySetup& setup, std::uint32_t releases) {
  for (std::uint32_t t = 0; t < setup.tasks.size(); ++t) {
    const std::int64_t period_ns = setup.tasks[t].period.ns();
    const bool periodic = !random_.one_in(4);
    std::int64_t at_ns = random_.one_in(2) ? 0 : random_.between(0, period_ns - 1);
    for (std::uint32_t ordinal = 0; ordinal < releases; ++ordinal) {
      pending_.push_back({at_ns, JobReleased{{ordinal, TaskId(t)}, Time::from_ns(at_ns)}});
      at_ns += periodic ? period_ns : random_.between(0, 2 * period_ns);
    }
  }
}

void RandomRun::draw_losses() {
  std::int64_t last_ns = 0;
  for (const Pending& pending : pending_) last_ns = std::max(last_ns, pending.at_ns);
  const std::int64_t together_ns = random_.between(0, last_ns);
  for (std::uint32_t c = 0; c < setup_.contexts; ++c) {
    if (!random_.one_in(4)) continue;
    const std::int64_t at_ns = random_.one_in(2) ? together_ns : random_.between(0, last_ns);
    pending_.push_back({at_ns, ContextLost{ContextId(c)}});
    if (random_.one_in(4))
      pending_.push_back({at_ns + grain_ns_, ContextLost{ContextId(c)}});  // the loss is told twice
  }
}

std::optional<RandomRun::Step> RandomRun::next_step() {
  events_.clear();
  if (pending_.empty()) return std::nullopt;
  std::int64_t first_ns = pending_.front().at_ns;
  for (const Pending& pending : pending_) first_ns = std::min(first_ns, pending.at_ns);
  const bool tells_nothing = polls_ && random_.one_in(10) && first_ns > now_ns_;
  if (tells_nothing) return Step{Time::from_ns(now_ns_), events_};
  now_ns_ = std::max(now_ns_, first_ns + (polls_ ? random_.between(0, 3 * grain_ns_) : 0));
  const auto due = std::stable_partition(pending_.begin(), pending_.end(),
                                         [&](const Pending& pending) { return pending.at_ns > now_ns_; });
  for (auto pending = due; pending != pending_.end(); ++pending) events_.push_back(pending->event);
  pending_.erase(due, pending_.end());
  std::sort(events_.begin(), events_.end(),
            [](const Event& a, const Event& b) { return place_in_instant(a) < place_in_instant(b); });
  return Step{Time::from_ns(now_ns_), events_};
}

void RandomRun::apply(std::span<const Decision> decisions) {
  for (const Decision& decision : decisions) {
    if (const auto* launch = std::get_if<LaunchStage>(&decision)) start(*launch);
    if (const auto* timer = std::get_if<SetTimer>(&decision)) set_timer(*timer);
  }
}

void RandomRun::start(const LaunchStage& launch) {
  const TaskSetup& task = setup_.tasks[launch.jobs.front().task.at()];
  Duration expected = task.stage_estimates[launch.stage.at()];
  if (!setup_.batch_groups.empty()) {
    for (const BatchTime& time : setup_.batch_groups[task.batch_group].times)
      if (time.inputs == launch.batch)
        expected = time.stages.empty() ? time.execution : time.stages[launch.stage.at()];
  }
  std::int64_t execution_ns = expected.ns();
  if (!constant_times_) execution_ns = std::max(grain_ns_, execution_ns + grain_ns_ * random_.between(-3, 5));
  if (failures_ && random_.one_in(40)) {
    pending_.push_back(
        {now_ns_ + random_.between(0, 1) * grain_ns_, LaunchFailed{launch.slot, LaunchFailure::kRefused}});
    return;
  }
  pending_.push_back({now_ns_ + execution_ns, StageFinished{launch.slot, Duration::from_ns(execution_ns)}});
}

void RandomRun::set_timer(const SetTimer& timer) {
  const auto same = [&](const Pending& pending) {
    const auto* fired = std::get_if<TimerFired>(&pending.event);
    return fired != nullptr && fired->timer == timer.timer;
  };
  pending_.erase(std::remove_if(pending_.begin(), pending_.end(), same), pending_.end());
  if (timer.at != Time::never()) pending_.push_back({timer.at.ns(), TimerFired{timer.timer}});
}

}  // namespace daris
