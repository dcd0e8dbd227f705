// `scripted` executes a recorded schedule again: its admissions, its slots, and the order within each slot
// (docs/scheduler.md, "scripted").
//
// A launch starts as soon as its slot is free, it is the slot's next, and all its jobs are admitted with the
// stage before done. With pace = time it also waits for the recorded instant of its decision. Launches of one
// step come by ascending slot. A recorded drop is given once all recorded launches of its job are done,
// unless the job is complete by then. With pace = time it also waits for its recorded instant. Migrations are
// not repeated, for there are no homes. If the run can't follow the schedule in one place, the rest of it
// goes on:
// - A job that the schedule does not have is rejected (kNotScheduled).
// - If a launch fails, its jobs are dropped. The remaining launches of a job that ended are passed over. A
//   batch goes on without it, in its recorded size.
// - If a context is lost, every job with a launch left in it is given up. So is every job that was admitted
//   to it and is not yet released. If no context is left, every job is given up. A given-up job is dropped at
//   once, or when its stage elsewhere ends. If it is not yet released, it is rejected at its release
//   (kNoContext).
// - A launch of a job that is never released waits for ever, with what stands behind it in its slot. Nothing
//   hangs: a run ends by the deadlines of its jobs or a little later (drive/run_book.h).
// - A job that the schedule leaves unfinished, because its run ended first, stays unfinished.
//
// In the same simulated world pace = time gives every launch its recorded instant, and so the same run. Its
// last stages end too, though the recorded run may not have waited for them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "policy/estimates.h"
#include "policy/schedule.h"
#include "policy/schedule_check.h"
#include "policy/setup.h"
#include "policy/slot_policy.h"

namespace daris {

// Allocates, beyond what Policy allows, when a context is lost.
class ScriptedPolicy final : public SlotPolicy {
 public:
  // Uses TimerId(0). REQUIRES: a valid setup (policy/setup_check.h) with a schedule.
  explicit ScriptedPolicy(const PolicySetup& setup);

  // Estimates are measured like DARIS's, for whoever watches. They decide nothing.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return estimates_.of(task);
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  enum class State : std::uint8_t { kUnreleased, kWaiting, kRunning, kEnded };
  struct Job {
    State state = State::kUnreleased;
    bool given_up = false;
    std::uint32_t stage = 0;          // the one that runs, or the next
    std::uint32_t launches_left = 0;  // recorded launches that are not done
  };
  struct Slot {
    std::vector<std::uint32_t> launches;  // of this slot, in recorded order
    std::size_t next = 0;
    const ScheduledLaunch* launch = nullptr;  // the last launch that was given
    std::vector<JobId> running;               // its jobs; empty if the slot is free
  };
  struct PendingDrop {
    Time due;
    std::uint32_t job;
  };

  void on_stage_finished(const StageFinished& finished) override;
  void on_launch_failed(const LaunchFailed& failed) override;
  void on_job_released(const JobReleased& released) override;
  void on_timer_fired() override { timer_ = Time::never(); }
  [[nodiscard]] std::optional<RejectReason> verdict(std::optional<std::uint32_t> number) const;

  void lose_contexts(std::span<const Event> losses) override;
  void lose(ContextId context);
  void drop_given_up();
  void drop(std::uint32_t job, DropReason reason);
  // Makes the drop pending if the schedule drops the job next.
  void await_drop(std::uint32_t job);
  void give_due_drops();

  void dispatch() override;
  void start_ready_launches();
  // The slot's next launch with a job that has not ended. Returns null if none is left.
  [[nodiscard]] const ScheduledLaunch* next_launch(Slot& slot);
  [[nodiscard]] bool has_ended(JobId id) const;
  [[nodiscard]] bool is_ready(const ScheduledLaunch& launch) const;
  void launch(Slot& slot, const ScheduledLaunch& launch);
  void set_timer(Time at);

  [[nodiscard]] bool is_lost(SlotId slot) const { return lost_[slot.at() / streams_]; }
  // REQUIRES: the schedule has the job.
  [[nodiscard]] std::uint32_t number_of(JobId id) const { return *numbers_.find(id); }
  // Returns when a decision recorded for `at` may be given.
  [[nodiscard]] Time due(Time at) const { return timed_ ? at : now(); }

  std::shared_ptr<const Schedule> schedule_;
  bool timed_;
  std::uint32_t streams_;
  std::vector<std::uint32_t> inputs_;  // by task
  std::vector<std::uint32_t> stages_;  // by task
  Estimates estimates_;
  ScheduledJobNumbers numbers_;
  std::vector<Job> jobs_;  // in the order of the schedule's
  std::vector<Slot> slots_;
  std::vector<bool> lost_;          // by context
  std::vector<PendingDrop> drops_;  // a heap, the earliest first
  Time timer_ = Time::never();      // as set
};

}  // namespace daris
