// The engine behind simulate(): virtual time, slots, contention, one policy step an instant. It is a template
// over the event queue only so that bench/ can measure the same engine on std::priority_queue. All others
// call simulate().
//
// A slot goes idle -> launching -> queued -> executing -> noticing -> idle. The phase `queued` lasts no time
// if its hardware queue is free, and ends when another slot leaves that queue. In every other phase the
// slot's one pending event is the end of the phase. The GPU is loaded while a slot executes. At each start
// and end all executing stages get new rates and new instants of their end.
//
// The host is one thread. While it works on a step, the GPU goes on, and all else waits until it is free.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/check.h"
#include "drive/injection.h"
#include "drive/observer.h"
#include "drive/release_feed.h"
#include "drive/run_book.h"
#include "sim/contention.h"
#include "sim/event_queue.h"
#include "sim/hardware_queues.h"
#include "sim/simulate.h"
#include "sim/stage_progress.h"

namespace daris {

// `Queue` has the interface of EventQueue. An object is for one run.
template <class Queue>
class Simulation {
 public:
  Simulation(const SimulationSetup& setup, Policy& policy, std::span<Observer* const> observers);
  bool run();

 private:
  enum class Phase : std::uint8_t { kIdle, kLaunching, kQueued, kExecuting, kNoticing };

  struct Slot {
    // It came to its hardware queue then: waiting there is part of its time, as the host sees it.
    Time started;
    Duration execution;
    const StageCost* cost = nullptr;
    double stretch = 1;  // of the time alone, if the stage is slowed down
    Phase phase = Phase::kIdle;
  };

  [[nodiscard]] Time next_instant() const;
  void collect_events(Time now);
  void collect_releases(Time now);
  void lose_contexts(Time now);
  void end_phase(std::uint32_t index, Time now);
  void enter_queue(std::uint32_t index, Time now);
  void leave_queue(std::uint32_t index, Time now);
  void begin_execution(std::uint32_t index, Time now);
  void stop_execution(std::uint32_t index);
  void end_execution(std::uint32_t index, Time now);
  void end_notice(std::uint32_t index, Time now);
  void report_finished(std::uint32_t index);
  void step(Time now);
  void launch(const LaunchStage& launch, Time now);
  void reevaluate(Time now);

  const SimulationSetup& setup_;
  const GpuModel& gpu_;
  Policy& policy_;
  std::span<Observer* const> observers_;
  std::vector<Slot> slots_;
  RunBook book_;
  Queue queue_;
  HardwareQueues hardware_queues_;
  Contention contention_;
  StageProgress progress_;
  bool contention_changed_ = false;
  Time host_free_;  // the host works on a step until then
  ReleaseFeed releases_;
  std::size_t next_loss_ = 0;
  std::vector<Event> events_;
  std::vector<StageMeasurement> measurements_;
  std::uint32_t instants_ = 0;
};

template <class Queue>
Simulation<Queue>::Simulation(const SimulationSetup& setup, Policy& policy,
                              std::span<Observer* const> observers)
    : setup_(setup),
      gpu_(*setup.gpu),
      policy_(policy),
      observers_(observers),
      slots_(std::size_t{gpu_.contexts} * gpu_.streams),
      book_(*setup.policy_setup, policy, setup.releases, setup.measured_end),
      queue_(static_cast<std::uint32_t>(slots_.size())),
      hardware_queues_(gpu_.queue_of_slot),
      contention_(gpu_),
      progress_(slots_.size()),
      releases_(setup.releases, setup.late_releases,
                latest_telling(setup.policy_setup->tasks, setup.measured_end)) {
  DARIS_CHECK(gpu_.contexts == setup.policy_setup->contexts && gpu_.streams == setup.policy_setup->streams);
  DARIS_CHECK(setup.latencies.launch >= Duration() && setup.latencies.notice >= Duration());
  events_.reserve(2 * slots_.size() + setup.policy_setup->tasks.size() + gpu_.contexts);
  measurements_.reserve(slots_.size());
}

template <class Queue>
bool Simulation<Queue>::run() {
  constexpr std::uint32_t kLookEvery = 4096;  // instants, which take some milliseconds
  Time last;
  for (;;) {
    if (++instants_ % kLookEvery == 0 && setup_.stopped()) return false;
    const Time now = next_instant();
    if (now > setup_.measured_end && now > book_.goes_on_until() &&
        releases_.all_told_before(setup_.measured_end)) {
      for (Observer* const observer : observers_) observer->on_end(std::max(book_.last_instant(), last));
      return true;
    }
    last = now;
    collect_events(now);
    if (!events_.empty()) step(now);
    if (contention_changed_) reevaluate(now);
  }
}

template <class Queue>
Time Simulation<Queue>::next_instant() const {
  Time told = std::min(book_.timers().next(), releases_.next());
  if (next_loss_ < setup_.losses.size()) told = std::min(told, setup_.losses[next_loss_].at);
  return std::min(queue_.top().time, std::max(told, host_free_));
}

// Events come in the order of policy/event.h. Slots of one instant come up in ascending order. The end of a
// launch or of an execution is no event of the policy's.
template <class Queue>
void Simulation<Queue>::collect_events(Time now) {
  events_.clear();
  measurements_.clear();
  const bool host_is_free = host_free_ <= now;
  if (host_is_free && next_loss_ < setup_.losses.size()) lose_contexts(now);
  for (auto top = queue_.top(); top.time == now; top = queue_.top()) end_phase(top.slot, now);
  if (!host_is_free) return;
  collect_releases(now);
  while (const std::optional<TimerId> timer = book_.timers().take_due(now))
    events_.emplace_back(TimerFired{*timer});
}

// Releases that waited for the host may have different instants. The policy gets them by job id all the same.
template <class Queue>
void Simulation<Queue>::collect_releases(Time now) {
  const std::size_t first = events_.size();
  bool waited = false;
  while (const std::optional<ToldRelease> told = releases_.take_due(now)) {
    events_.emplace_back(JobReleased{told->release.job, told->release.nominal});
    waited = waited || told->told < now;
  }
  if (!waited) return;
  std::sort(events_.begin() + static_cast<std::ptrdiff_t>(first), events_.end(),
            [](const Event& a, const Event& b) {
              return std::get<JobReleased>(a).job < std::get<JobReleased>(b).job;
            });
}

template <class Queue>
void Simulation<Queue>::lose_contexts(Time now) {
  for (; next_loss_ < setup_.losses.size() && setup_.losses[next_loss_].at <= now; ++next_loss_) {
    const ContextId context = setup_.losses[next_loss_].context;
    events_.emplace_back(ContextLost{context});
    book_.give_up_schedule();
    for (std::uint32_t stream = 0; stream < gpu_.streams; ++stream) {
      const std::uint32_t index = context.value() * gpu_.streams + stream;
      const Phase phase = slots_[index].phase;
      if (phase == Phase::kExecuting) {
        stop_execution(index);
      }
      queue_.clear(index);
      slots_[index].phase = Phase::kIdle;
      if (phase == Phase::kExecuting || phase == Phase::kQueued) leave_queue(index, now);
    }
  }
}

template <class Queue>
void Simulation<Queue>::end_phase(std::uint32_t index, Time now) {
  switch (slots_[index].phase) {
    case Phase::kLaunching: return enter_queue(index, now);
    case Phase::kExecuting: return end_execution(index, now);
    case Phase::kNoticing: return end_notice(index, now);
    case Phase::kQueued:
    case Phase::kIdle: break;
  }
  DARIS_CHECK(false && "an idle or queued slot has nothing pending");
}

template <class Queue>
void Simulation<Queue>::enter_queue(std::uint32_t index, Time now) {
  queue_.clear(index);
  slots_[index].started = now;
  if (hardware_queues_.enter(index)) return begin_execution(index, now);
  slots_[index].phase = Phase::kQueued;
}

template <class Queue>
void Simulation<Queue>::leave_queue(std::uint32_t index, Time now) {
  const std::uint32_t next = hardware_queues_.leave(index);
  if (next != HardwareQueues::kNobody) begin_execution(next, now);
}

// The stage's end becomes known in reevaluate(), at the close of this instant.
template <class Queue>
void Simulation<Queue>::begin_execution(std::uint32_t index, Time now) {
  Slot& slot = slots_[index];
  slot.phase = Phase::kExecuting;
  progress_.begin(index, slot.cost->alone_ns * slot.stretch, now);
  contention_.start(index, *slot.cost);
  contention_changed_ = true;
}

template <class Queue>
void Simulation<Queue>::stop_execution(std::uint32_t index) {
  progress_.end(index);
  contention_.stop(index);
  contention_changed_ = true;
}

template <class Queue>
void Simulation<Queue>::end_execution(std::uint32_t index, Time now) {
  Slot& slot = slots_[index];
  slot.execution = now - slot.started;
  stop_execution(index);
  leave_queue(index, now);
  slot.phase = Phase::kNoticing;
  if (setup_.latencies.notice == Duration()) return end_phase(index, now);
  queue_.set(index, now + setup_.latencies.notice);
}

template <class Queue>
void Simulation<Queue>::end_notice(std::uint32_t index, Time now) {
  if (now < host_free_) return queue_.set(index, host_free_);
  queue_.clear(index);
  report_finished(index);
}

template <class Queue>
void Simulation<Queue>::report_finished(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.phase = Phase::kIdle;
  events_.emplace_back(StageFinished{SlotId(index), slot.execution});
  const auto alone_ns = static_cast<std::int64_t>(slot.cost->alone_ns + 0.5);
  const LaunchEstimates& estimates = book_.estimates(SlotId(index));
  measurements_.push_back(
      {slot.started, slot.execution, Duration::from_ns(alone_ns), estimates.mret, estimates.afet});
  book_.finish(SlotId(index));
}

template <class Queue>
void Simulation<Queue>::step(Time now) {
  const std::span<const Decision> decisions = policy_.step(now, events_);
  host_free_ = now + Duration::from_ns(static_cast<std::int64_t>(events_.size()) * gpu_.host_event.ns());
  for (const Decision& decision : decisions) {
    book_.take(decision, now);
    if (const auto* start = std::get_if<LaunchStage>(&decision)) launch(*start, now);
  }
  const Step told{now, events_, decisions, measurements_};
  for (Observer* const observer : observers_) observer->on_step(told);
}

template <class Queue>
void Simulation<Queue>::launch(const LaunchStage& launch, Time now) {
  const std::uint32_t index = launch.slot.value();
  DARIS_CHECK(index < slots_.size() && slots_[index].phase == Phase::kIdle);
  Slot& slot = slots_[index];
  const TaskId task = launch.jobs.front().task;
  const ContextId context(index / gpu_.streams);
  slot.cost = &gpu_.cost(gpu_.class_of(task, launch.batch), launch.stage, context);
  slot.stretch = slowdown_factor(setup_.slowdowns, now, context);
  host_free_ = host_free_ + slot.cost->host;
  const Time begins = host_free_ + setup_.latencies.launch + slot.cost->gap();
  slot.phase = Phase::kLaunching;
  if (begins == now) return enter_queue(index, now);
  queue_.set(index, begins);
}

template <class Queue>
void Simulation<Queue>::reevaluate(Time now) {
  contention_changed_ = false;
  contention_.evaluate();
  progress_.advance(now, contention_.slowdowns());
  queue_.assign(progress_.marks(), progress_.ends_ns());
}

}  // namespace daris
