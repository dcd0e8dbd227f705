// Book-keeping that every driver of a policy shares, simulated or live. It holds the policy's timers, what
// runs in which slot, which counted jobs are still open, and how long the run goes on for them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/time.h"
#include "drive/counted_jobs.h"
#include "drive/launches.h"
#include "drive/open_schedule.h"
#include "drive/timer_table.h"
#include "policy/decision.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// One owner, one thread. Allocates only in the constructor, and if a timer's number is above all before it.
class RunBook {
 public:
  // After all else, a recorded schedule that is behind its times is waited for so long.
  static constexpr Duration kScheduleLimit = Duration::from_ns(2'000'000'000);

  // REQUIRES: `setup` and `policy` outlive this.
  RunBook(const PolicySetup& setup, const Policy& policy, std::span<const Release> releases,
          Time measured_end, Duration schedule_limit = kScheduleLimit)
      : setup_(setup),
        policy_(policy),
        jobs_max_(jobs_of_launch_max(setup)),
        slots_(std::size_t{setup.contexts} * setup.streams),
        slot_jobs_(slots_.size() * jobs_max_),
        counted_(releases, setup.tasks, measured_end),
        schedule_(setup, releases),
        schedule_limit_(schedule_limit) {}

  // Takes a decision of the step at `now`. A timer set for an instant that is not later than the step fires
  // one nanosecond after it.
  void take(const Decision& decision, Time now) {
    if (const auto* launch = std::get_if<LaunchStage>(&decision)) {
      note(*launch);
    } else if (const auto* reject = std::get_if<RejectJob>(&decision)) {
      counted_.settle(reject->job);
    } else if (const auto* drop = std::get_if<DropJob>(&decision)) {
      counted_.settle(drop->job);
    } else if (const auto* timer = std::get_if<SetTimer>(&decision)) {
      timers_.set(timer->timer, std::max(timer->at, now + Duration::from_ns(1)));
    }
  }

  // The slot's launch ended. Its jobs are settled if that was their last stage.
  void finish(SlotId slot) {
    schedule_.stage_ended();
    if (!slots_[slot.at()].ends_jobs) return;
    for (const JobId job : jobs(slot)) counted_.settle(job);
  }

  // A launch failed, or a context was lost. The rest of a recorded schedule is not waited for.
  void give_up_schedule() { schedule_.give_up(); }

  // Jobs and estimates of the slot's last launch.
  [[nodiscard]] std::span<const JobId> jobs(SlotId slot) const {
    return {&slot_jobs_[slot.at() * jobs_max_], slots_[slot.at()].jobs};
  }
  [[nodiscard]] const LaunchEstimates& estimates(SlotId slot) const { return slots_[slot.at()].estimates; }

  [[nodiscard]] TimerTable& timers() { return timers_; }
  [[nodiscard]] const TimerTable& timers() const { return timers_; }
  // The latest instant that may still matter: CountedJobs::last_instant().
  [[nodiscard]] Time last_instant() { return counted_.last_instant(); }
  // The run goes on up to here. That is later than last_instant() if a recorded schedule is behind its times.
  [[nodiscard]] Time goes_on_until() {
    return last_instant() + (schedule_.open() ? schedule_limit_ : Duration());
  }

 private:
  struct Slot {
    LaunchEstimates estimates;
    std::uint32_t jobs = 0;
    bool ends_jobs = false;
  };

  void note(const LaunchStage& launch) {
    DARIS_CHECK(launch.slot.at() < slots_.size() && !launch.jobs.empty() && launch.jobs.size() <= jobs_max_);
    slots_[launch.slot.at()] = {estimates_of(launch, policy_, setup_),
                                static_cast<std::uint32_t>(launch.jobs.size()), ends_jobs(launch, setup_)};
    std::copy(launch.jobs.begin(), launch.jobs.end(), &slot_jobs_[launch.slot.at() * jobs_max_]);
  }

  const PolicySetup& setup_;
  const Policy& policy_;
  std::size_t jobs_max_;
  std::vector<Slot> slots_;
  std::vector<JobId> slot_jobs_;  // [slot * jobs_max_ + i]
  TimerTable timers_;
  CountedJobs counted_;
  OpenSchedule schedule_;
  Duration schedule_limit_;
};

}  // namespace daris
