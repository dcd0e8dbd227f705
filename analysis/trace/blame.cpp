#include "analysis/trace/blame.h"

#include <algorithm>

#include "analysis/trace/backlog.h"
#include "analysis/trace/slot_history.h"
#include "analysis/trace/slot_pools.h"
#include "analysis/trace/stage_promises.h"

namespace daris {
namespace {

Duration& of(CauseTimes& times, MissCause cause) { return times[static_cast<std::size_t>(cause)]; }

Duration share_of(Duration time, double share) {
  return Duration::from_ns(static_cast<std::int64_t>(static_cast<double>(time.ns()) * share));
}

Duration part(Duration time, std::size_t slots) {
  return Duration::from_ns(time.ns() / static_cast<std::int64_t>(std::max<std::size_t>(1, slots)));
}

// An interval of time; it is empty if it ends before it begins.
struct Span {
  Time from, to;
  [[nodiscard]] Duration length() const { return std::max(Duration(), to - from); }
};
Duration overlap(const Span& a, const Span& b) {
  return Span{std::max(a.from, b.from), std::min(a.to, b.to)}.length();
}

// The account of one missed job.
class Account {
 public:
  Account(const RunTimeline& timeline, const SlotPools& pools, const SlotHistory& history,
          const std::vector<StagePromise>& promises, const TimelineJob& job,
          const std::vector<BacklogSample>& samples)
      : timeline_(timeline),
        pools_(pools),
        history_(history),
        promises_(promises),
        job_(job),
        samples_(samples),
        slots_(pools.slots_of(pools.pool_of(job))) {
    of(times_, MissCause::kLateRelease) += job.seen - job.nominal_release;
    wait_for_launches();
    for (const std::uint32_t launch : job.launches) run(launch);
    look_at_promise();
  }

  [[nodiscard]] const CauseTimes& times() const { return times_; }

  [[nodiscard]] MissCause cause() const {
    if (job_.drop_reason && *job_.drop_reason != DropReason::kCertainlyLate) return MissCause::kLaunch;
    const auto largest = std::max_element(times_.begin(), times_.end());
    if (largest->ns() > 0) return static_cast<MissCause>(largest - times_.begin());
    return foreseen_late_ ? MissCause::kAdmission : MissCause::kQueueing;
  }

 private:
  [[nodiscard]] const TaskSetup& task() const { return timeline_.header.setup.tasks[job_.id.task.at()]; }

  [[nodiscard]] bool is_less_urgent(const TimelineLaunch& launch) const {
    if (launch.jobs.empty()) return false;
    const TimelineJob& other = timeline_.jobs[launch.jobs.front()];
    const std::uint32_t level = timeline_.header.setup.tasks[other.id.task.at()].level;
    return level != task().level ? level > task().level : other.deadline > job_.deadline;
  }

  void wait_for_launches() {
    Time ready = job_.seen;
    if (const std::optional<Time> moved = pools_.moved_at(job_)) {
      of(times_, MissCause::kLaunch) += Span{ready, *moved}.length();
      ready = std::max(ready, *moved);
    }
    for (std::size_t stage = 0; stage <= job_.launches.size(); ++stage) {
      const bool launched = stage < job_.launches.size();
      if (!launched && job_.end == JobEnd::kCompleted) return;
      const Time until = launched ? timeline_.launches[job_.launches[stage]].decided : job_.ended;
      wait({ready, until}, stage < samples_.size() ? samples_[stage] : BacklogSample());
      if (launched) ready = timeline_.launches[job_.launches[stage]].noticed;
    }
  }

  // Each slot of the pool stands for an equal part of the wait.
  void wait(const Span& wait, const BacklogSample& backlog) {
    if (wait.length().ns() == 0) return;
    Duration orderly;  // of all slots: spent on what the estimates promised, or idle
    for (const std::uint32_t slot : slots_) orderly += look_at_slot(slot, wait);
    orderly = part(orderly, slots_.size());
    Duration rest = orderly;
    for (std::size_t cause = 0; cause < kMissCauses; ++cause) {
      const Duration delayed = share_of(orderly, backlog.shares[cause]);
      times_[cause] += delayed;
      rest -= delayed;
    }
    queued_ += std::max(Duration(), rest);
  }

  // Returns the time of the slot that was no disturbance. Only the launches at the ends of the wait lie in it
  // in part.
  Duration look_at_slot(std::uint32_t slot, const Span& wait) {
    const Duration lost = overlap(wait, {pools_.lost_at(slot), Time::never()});
    of(times_, MissCause::kLaunch) += part(lost, slots_.size());
    Duration disturbed = lost;
    const std::vector<std::uint32_t>& launches = pools_.launches_of(slot);
    SlotHistory::Range inner = history_.overlapping(slot, wait.from, wait.to);
    if (inner.first < inner.last && timeline_.launches[launches[inner.first]].decided < wait.from)
      disturbed += look_at_launch(launches[inner.first++], wait);
    if (inner.first < inner.last && timeline_.launches[launches[inner.last - 1]].noticed > wait.to)
      disturbed += look_at_launch(launches[--inner.last], wait);
    disturbed += look_at_whole(slot, inner, wait);
    return std::max(Duration(), wait.length() - disturbed);
  }

  // Launches that began and ended in the wait.
  Duration look_at_whole(std::uint32_t slot, SlotHistory::Range range, const Span& wait) {
    const DisturbedTime times = history_.between(slot, range);
    of(times_, MissCause::kContention) += part(times.contention, slots_.size());
    of(times_, MissCause::kAdmission) += part(times.admission, slots_.size());
    of(times_, MissCause::kLaunch) += part(times.launching, slots_.size());
    Duration late;
    for (const std::size_t place : history_.late_ones(slot, range)) {
      const std::uint32_t index = pools_.launches_of(slot)[place];
      const TimelineLaunch& launch = timeline_.launches[index];
      late +=
          std::min(launch.ended - promises_[index].overrun - launch.started, came_late_by(launch, wait.from));
    }
    of(times_, MissCause::kLateRelease) += part(late, slots_.size());
    return times.contention + times.admission + times.launching + late;
  }

  Duration look_at_launch(std::uint32_t index, const Span& wait) {
    const TimelineLaunch& launch = timeline_.launches[index];
    const StagePromise& promise = promises_[index];
    const Time promised_end = launch.ended - promise.overrun;
    const Duration overrun = overlap(wait, {promised_end, launch.ended});
    const Duration launching =
        overlap(wait, {launch.decided, launch.started}) + overlap(wait, {launch.ended, launch.noticed});
    of(times_, promise.cause) += part(overrun, slots_.size());
    of(times_, MissCause::kLaunch) += part(launching, slots_.size());
    const Duration orderly = overlap(wait, {launch.started, promised_end});
    if (launch.decided < wait.from && is_less_urgent(launch)) {
      of(times_, MissCause::kBlocking) += part(orderly, slots_.size());
      return overrun + launching + orderly;
    }
    const Duration late = std::min(orderly, came_late_by(launch, wait.from));
    of(times_, MissCause::kLateRelease) += part(late, slots_.size());
    return overrun + launching + late;
  }

  // How late the policy was told of the launch's job, if it came after this one was ready: it would have been
  // done before. What was there already is part of the backlog.
  [[nodiscard]] Duration came_late_by(const TimelineLaunch& launch, Time ready) const {
    if (launch.jobs.empty()) return {};
    const TimelineJob& other = timeline_.jobs[launch.jobs.front()];
    const Duration late = other.seen - other.nominal_release;
    return other.seen > ready && late > kToldAtOnce ? late : Duration();
  }

  void run(std::uint32_t index) {
    const TimelineLaunch& launch = timeline_.launches[index];
    if (launch.end != LaunchEnd::kFinished) {
      of(times_, MissCause::kLaunch) += launch.noticed - launch.decided;
      return;
    }
    of(times_, MissCause::kLaunch) += (launch.started - launch.decided) + (launch.noticed - launch.ended);
    of(times_, promises_[index].cause) += promises_[index].overrun;
  }

  // What of the wait had to be foreseen at the release counts only as far as it made the job late by itself.
  void look_at_promise() {
    const auto alive = static_cast<std::size_t>(std::count_if(
        slots_.begin(), slots_.end(), [&](std::uint32_t slot) { return pools_.lost_at(slot) > job_.seen; }));
    const Duration ahead = samples_.empty() ? Duration() : part(samples_.front().ahead, alive);
    Duration own;
    for (const Duration estimate : task().stage_estimates) own += estimate;
    const Duration relative_deadline = job_.deadline - job_.nominal_release;
    const Duration shortfall = std::max(Duration(), ahead + own - relative_deadline);
    const Duration foreseen = std::min(queued_, ahead);
    const Duration hopeless = std::max(Duration(), own - relative_deadline);
    foreseen_late_ = shortfall.ns() > 0;
    of(times_, MissCause::kAdmission) += std::min(shortfall, foreseen + hopeless);
    of(times_, MissCause::kQueueing) += queued_ - foreseen;
  }

  const RunTimeline& timeline_;
  const SlotPools& pools_;
  const SlotHistory& history_;
  const std::vector<StagePromise>& promises_;
  const TimelineJob& job_;
  const std::vector<BacklogSample>& samples_;
  std::vector<std::uint32_t> slots_;
  CauseTimes times_{};
  Duration queued_;  // waited for work that nothing had delayed
  bool foreseen_late_ = false;
};

}  // namespace

std::vector<MissBlame> blame_misses(const RunTimeline& timeline) {
  const SlotPools pools(timeline);
  const std::vector<StagePromise> promises = stage_promises(timeline);
  const std::vector<std::vector<BacklogSample>> samples = sample_backlogs(timeline, pools, promises);
  const SlotHistory history(timeline, pools, promises);
  std::vector<MissBlame> blames;
  for (std::uint32_t i = 0; i < timeline.jobs.size(); ++i) {
    if (!timeline.jobs[i].missed) continue;
    const Account account(timeline, pools, history, promises, timeline.jobs[i], samples[i]);
    blames.push_back({i, account.cause(), account.times()});
  }
  return blames;
}

}  // namespace daris
