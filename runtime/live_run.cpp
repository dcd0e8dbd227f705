#include "runtime/live_run.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "base/check.h"
#include "drive/release_feed.h"
#include "drive/run_book.h"
#include "runtime/core_pin.h"
#include "runtime/host_gaps.h"

namespace daris {
namespace {

class LiveRun {
 public:
  LiveRun(const LiveRunSetup& setup, Policy& policy, LiveExecutor& executor, RunClock& clock,
          StepRecorder& recorder)
      : setup_(setup),
        told_(*setup.policy_setup),
        policy_(policy),
        executor_(executor),
        clock_(clock),
        recorder_(recorder),
        book_(told_, policy, setup.releases, setup.window_end, setup.schedule_limit),
        watch_(told_.contexts, told_.streams, setup.stage_limits),
        releases_(setup.releases, setup.late_releases, latest_telling(told_.tasks, setup.window_end)),
        lost_(told_.contexts, false),
        to_launch_(std::size_t{told_.contexts} * told_.streams),
        alone_(to_launch_.size()) {
    const std::size_t slots = to_launch_.size();
    polled_.finished.reserve(slots);
    polled_.failed.reserve(2 * slots);
    polled_.lost.reserve(std::size_t{2} * told_.contexts);
    refused_.reserve(slots);
    measurements_.reserve(slots);
    events_.reserve(2 * slots + std::size_t{2} * told_.contexts + 4 * told_.tasks.size());
    outcome_.lost.reserve(told_.contexts);
  }

  LiveRunOutcome run() {
    clock_.restart();
    setup_.begun();
    gaps_.begin(clock_.now());
    while (!turn()) {
    }
    count_gaps();
    recorder_.finish(outcome_.end);
    outcome_.stood_still = watch_.longest_unseen();
    outcome_.drained = executor_.drain(outcome_.how == RunEnd::kStopped ? setup_.drain_limit_if_stopped
                                                                        : setup_.drain_limit);
    return std::move(outcome_);
  }

 private:
  // Polls once and takes a step if there is one to take. Returns true at the end of the run. `seen` is not
  // later than the first sight of anything that this poll brings.
  bool turn() {
    const Time seen = clock_.now();
    gaps_.end_piece(was_idle_ ? HostGaps::Work::kIdle : HostGaps::Work::kTurn, seen);
    if (idle_since_) outcome_.figures.idle_turn_ns.record((seen - *idle_since_).ns());
    idle_since_.reset();
    polled_.clear();
    executor_.poll(polled_);
    for (const FinishedStage& finished : polled_.finished) watch_.end(finished.slot);
    for (const LaunchFailed& failed : polled_.failed) watch_.end(failed.slot);
    watch_.check(seen, executor_, polled_.lost);
    if (next_loss_ < setup_.losses.size()) lose_contexts(seen);
    const Time now = clock_.now();
    if (ended(now)) return true;
    collect_events(now);
    was_idle_ = events_.empty();
    if (!was_idle_) {
      step(now, seen);
    } else {
      clock_.idle(next_instant());
      if (setup_.core && measured(seen)) idle_since_ = seen;  // without a core of its own the thread naps
    }
    return false;
  }

  bool ended(Time now) {
    if (now > book_.goes_on_until() && counted_jobs_are_released()) {
      outcome_.how = RunEnd::kDone;
      outcome_.end = std::max(book_.last_instant(), last_step_);
    } else if (setup_.stopped()) {
      outcome_.how = RunEnd::kStopped;
      outcome_.end = now;
    } else if (outcome_.lost.size() == told_.contexts) {
      outcome_.how = RunEnd::kNoContext;
      outcome_.end = now;
    } else {
      return false;
    }
    return true;
  }

  // False if the thread stood still beyond the end of the window and has not told the policy of all releases.
  [[nodiscard]] bool counted_jobs_are_released() const {
    return releases_.all_told_before(setup_.window_end);
  }

  [[nodiscard]] Time next_instant() {
    const Time loss = next_loss_ < setup_.losses.size() ? setup_.losses[next_loss_].at : Time::never();
    return std::min({book_.timers().next(), book_.goes_on_until() + Duration::from_ns(1), watch_.next(),
                     releases_.next(), loss});
  }

  // Events are in the order of policy/event.h.
  void collect_events(Time now) {
    events_.clear();
    measurements_.clear();
    if (!polled_.empty() || !refused_.empty()) collect_polled();
    collect_releases(now);
    while (const std::optional<TimerId> timer = book_.timers().take_due(now))
      events_.emplace_back(TimerFired{*timer});
  }

  void collect_polled() {
    polled_.failed.insert(polled_.failed.end(), refused_.begin(), refused_.end());
    refused_.clear();
    std::sort(polled_.lost.begin(), polled_.lost.end(),
              [](auto& a, auto& b) { return a.context < b.context; });
    std::sort(polled_.failed.begin(), polled_.failed.end(), [](auto& a, auto& b) { return a.slot < b.slot; });
    std::sort(polled_.finished.begin(), polled_.finished.end(),
              [](auto& a, auto& b) { return a.slot < b.slot; });
    for (const ContextLost& lost : polled_.lost) take(lost);
    for (const LaunchFailed& failed : polled_.failed) take(failed);
    for (const FinishedStage& finished : polled_.finished) take(finished);
  }

  // Gives up the contexts that an injection takes by now.
  void lose_contexts(Time now) {
    for (; next_loss_ < setup_.losses.size() && setup_.losses[next_loss_].at <= now; ++next_loss_) {
      const ContextId context = setup_.losses[next_loss_].context;
      if (lost_[context.at()]) continue;
      executor_.abandon(context);
      polled_.lost.push_back({context});
    }
  }

  [[nodiscard]] bool is_lost(SlotId slot) const { return lost_[slot.at() / told_.streams]; }

  void take(const ContextLost& lost) {
    if (lost_[lost.context.at()]) return;
    lost_[lost.context.at()] = true;
    outcome_.lost.push_back(lost.context);
    book_.give_up_schedule();
    watch_.forget(lost.context);
    events_.emplace_back(lost);
  }

  void take(const LaunchFailed& failed) {
    if (is_lost(failed.slot)) return;
    book_.give_up_schedule();
    events_.emplace_back(failed);
  }

  void take(const FinishedStage& finished) {
    if (is_lost(finished.slot)) return;
    if (const std::optional<Duration> took = to_launch_[finished.slot.at()])
      outcome_.figures.completion_to_launch_ns.record((*took + finished.handed_over).ns());
    events_.emplace_back(StageFinished{finished.slot, finished.execution});
    const LaunchEstimates& estimates = book_.estimates(finished.slot);
    measurements_.push_back(
        {finished.started, finished.execution, alone_[finished.slot.at()], estimates.mret, estimates.afet});
    book_.finish(finished.slot);
  }

  // Releases of one poll may have different nominal instants. The policy gets them by job id all the same.
  void collect_releases(Time now) {
    const auto first = static_cast<std::ptrdiff_t>(events_.size());
    while (const std::optional<ToldRelease> told = releases_.take_due(now)) {
      events_.emplace_back(JobReleased{told->release.job, told->release.nominal});
      if (setup_.admits_all) admitted(told->release.job);
      if (measured(now)) outcome_.figures.release_lateness_ns.record((now - told->told).ns());
    }
    std::sort(events_.begin() + first, events_.end(), [](const Event& a, const Event& b) {
      return std::get<JobReleased>(a).job < std::get<JobReleased>(b).job;
    });
  }

  [[nodiscard]] bool measured(Time now) const {
    return setup_.window_begin <= now && now < setup_.window_end;
  }

  void step(Time now, Time seen) {
    last_step_ = now;
    const Time asked = clock_.now();
    gaps_.end_piece(HostGaps::Work::kTurn, asked);
    const std::span<const Decision> decisions = policy_.step(now, events_);
    const Time decided = clock_.now();
    gaps_.end_piece(HostGaps::Work::kDecision, decided);
    if (measured(now)) outcome_.figures.decision_ns.record((decided - asked).ns());
    const bool after_completion = !measurements_.empty() && measured(now);
    for (const Decision& decision : decisions) {
      book_.take(decision, now);
      if (const auto* admit = std::get_if<AdmitJob>(&decision)) admitted(admit->job);
      if (const auto* drop = std::get_if<DropJob>(&decision)) executor_.drop(drop->job);
      const auto* const start = std::get_if<LaunchStage>(&decision);
      if (start == nullptr) continue;
      launch(*start, now);
      const Time launched = clock_.now();
      gaps_.end_piece(HostGaps::Work::kLaunch, launched);
      std::optional<Duration>& took = to_launch_[start->slot.at()];
      took.reset();
      if (after_completion) took = launched - seen;
    }
    count_gaps();
    recorder_.record({now, events_, decisions, measurements_, gaps_.untold()});
    gaps_.forget();
  }

  void admitted(JobId job) {
    executor_.admitted(job);
    gaps_.end_piece(HostGaps::Work::kAdmission, clock_.now());
  }

  // Each gap is counted once, just before it is told.
  void count_gaps() {
    for (const HostGap& gap : gaps_.untold()) {
      if (!measured(gap.begin())) continue;
      outcome_.figures.host_gap_ns.record(gap.taken.ns());
      if (gap.in_call) outcome_.figures.host_gap_in_call_ns.record(gap.taken.ns());
    }
  }

  // The time that the stage takes alone. For a batch of another size than its task's own, the estimate tells
  // it if there is one slot. In several slots nobody has measured it.
  [[nodiscard]] Duration alone(const LaunchStage& launch) const {
    if (setup_.alone_times.empty()) return {};
    const TaskId task = launch.jobs.front().task;
    if (launch.batch == told_.tasks[task.at()].inputs)
      return setup_.alone_times[task.at()][launch.stage.at()];
    return alone_.size() == 1 ? book_.estimates(launch.slot).afet : Duration();
  }

  void launch(const LaunchStage& launch, Time now) {
    DARIS_CHECK(!is_lost(launch.slot));
    alone_[launch.slot.at()] = alone(launch);
    const std::optional<LaunchFailure> refused = executor_.launch(launch);
    if (refused) {
      refused_.push_back({launch.slot, *refused});
      return;
    }
    const LaunchEstimates& estimates = book_.estimates(launch.slot);
    watch_.begin(launch.slot, now, std::max(estimates.mret, estimates.afet));
  }

  const LiveRunSetup& setup_;
  const PolicySetup& told_;
  Policy& policy_;
  LiveExecutor& executor_;
  RunClock& clock_;
  StepRecorder& recorder_;
  RunBook book_;
  HangWatch watch_;
  ReleaseFeed releases_;
  PolledEvents polled_;
  std::vector<LaunchFailed> refused_;  // launches of the last step that the executor refused
  std::vector<bool> lost_;             // by context
  // By slot: from a completion to the launch that followed at once, if there was one.
  std::vector<std::optional<Duration>> to_launch_;
  std::vector<Duration> alone_;  // by slot: the time that the stage in it takes alone
  std::vector<Event> events_;
  std::vector<StageMeasurement> measurements_;
  HostGaps gaps_;
  std::size_t next_loss_ = 0;
  std::optional<Time> idle_since_;  // when the last turn began, if it brought nothing
  bool was_idle_ = false;           // the last turn brought nothing
  Time last_step_;
  LiveRunOutcome outcome_;
};

}  // namespace

LiveRunOutcome live_run(const LiveRunSetup& setup, Policy& policy, LiveExecutor& executor, RunClock& clock,
                        StepRecorder& recorder) {
  const CorePin pin(setup.core);
  return LiveRun(setup, policy, executor, clock, recorder).run();
}

}  // namespace daris
