// What a run showed, in integers, so that replications pool exactly and in any order.
//
// Counted jobs are those released inside the window (scheduler.md, "Counting").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/report/schedule_errors.h"
#include "base/histogram.h"
#include "base/time.h"
#include "drive/runtime_figures.h"
#include "policy/decision.h"

namespace daris {

inline constexpr std::size_t kRejectReasons = 4;   // of policy/decision.h
inline constexpr std::size_t kLaunchFailures = 3;  // of policy/event.h

// From the nominal release to the start of the first stage, of the counted jobs for which a slot was free:
// that were launched in the very step that brought their release.
struct StartDelays {
  Histogram migrated_ns;  // jobs for which their task's home moved
  Histogram others_ns;
};

// One task group's, or one level's.
struct Tally {
  std::uint64_t released = 0;
  std::uint64_t admitted = 0;
  std::array<std::uint64_t, kRejectReasons> rejected{};  // by RejectReason
  std::uint64_t completed = 0;
  std::uint64_t missed = 0;
  std::uint64_t dropped = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t migrations = 0;              // inside the window
  std::uint64_t window_completions = 0;      // of any job, inside the window
  std::uint64_t window_on_time = 0;          // of these, by their deadline
  std::uint64_t window_images = 0;           // inputs of window_completions
  std::uint64_t consecutive_misses_max = 0;  // of one task's admitted jobs in order of release
  Histogram response_ns;                     // nominal release to completion, of counted completed jobs
  StartDelays starts;

  [[nodiscard]] std::uint64_t rejected_all() const;
};
void add(Tally& to, const Tally& from);

// Stages that finished inside the window.
struct StageTally {
  std::uint64_t finished = 0;
  std::uint64_t within_mret = 0;  // took no longer than the estimate at launch
  std::uint64_t within_afet = 0;  // ... than the estimate the run began with
  Histogram slowdown_ppm;         // time over time alone, parts per 10^6, where the time alone is known
};

struct RunResults {
  Duration window;            // measured time; of all replications together where pooled
  std::vector<Tally> groups;  // as RunDescription::groups
  StageTally stages;
  std::uint64_t busy_slot_ns = 0;  // slot time between launch decision and finish, inside the window
  std::uint64_t slots = 0;
  std::array<std::uint64_t, kLaunchFailures> launch_failures{};  // by LaunchFailure, of the whole run
  std::optional<RuntimeFigures> runtime;                         // of a live run; set by whoever drove it
  std::optional<ScheduleErrors> schedule;                        // of policy `scripted`; likewise
};

// Counts summed, histograms pooled, consecutive misses: the largest. REQUIRES: not empty; all of one
// configuration; one alone where it executed a schedule.
[[nodiscard]] RunResults pool(std::span<const RunResults> replications);

}  // namespace daris
