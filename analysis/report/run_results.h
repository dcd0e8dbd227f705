// Holds the results of a run. All are integers, so that replications are pooled exactly and in any order.
//
// Counted jobs are those that were released inside the window (docs/formats.md, "Counting").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/report/miss_cause.h"
#include "analysis/report/schedule_errors.h"
#include "base/histogram.h"
#include "base/time.h"
#include "drive/runtime_figures.h"

namespace daris {

inline constexpr std::size_t kRejectReasons = 4;   // of policy/decision.h
inline constexpr std::size_t kLaunchFailures = 3;  // of policy/event.h

// Times from the nominal release to the start of the first stage. They are of the counted jobs that were
// launched in the very step that brought their release, since a slot was free.
struct StartDelays {
  Histogram migrated_ns;  // of jobs for which the home of their task moved
  Histogram others_ns;
};

// The counts of one task group, or of one level.
struct Tally {
  std::uint64_t released = 0;
  std::uint64_t admitted = 0;
  std::array<std::uint64_t, kRejectReasons> rejected{};  // by RejectReason
  std::uint64_t completed = 0;
  std::uint64_t missed = 0;
  std::uint64_t missed_by_host = 0;  // of these, those that a gap of the host explains (recent_gaps.h)
  std::uint64_t dropped = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t unfinished_past_limit = 0;   // of these, those older than their group's limit on a percentile
  std::uint64_t migrations = 0;              // inside the window
  std::uint64_t window_completions = 0;      // of any job, inside the window
  std::uint64_t window_on_time = 0;          // of these, those by their deadline
  std::uint64_t window_images = 0;           // inputs of window_completions
  std::uint64_t consecutive_misses_max = 0;  // of one task's admitted jobs, in order of release
  Histogram response_ns;                     // nominal release to completion, of counted completed jobs
  StartDelays starts;
  std::optional<MissCauseCounts> miss_causes;  // if the run was asked why jobs missed; its driver sets it

  [[nodiscard]] std::uint64_t rejected_all() const;
};
void add(Tally& to, const Tally& from);

// Stages that finished inside the window.
struct StageTally {
  std::uint64_t finished = 0;
  std::uint64_t within_mret = 0;  // those that took no longer than the estimate at their launch
  std::uint64_t within_afet = 0;  // those that took no longer than the estimate that the run began with
  std::uint64_t afet_ns = 0;      // the estimates that the run began with, added up
  Histogram slowdown_ppm;         // time over time alone, parts per 10^6, of those with a known time alone
};

struct RunResults {
  Duration window;            // measured time; if pooled, that of all replications together
  std::vector<Tally> groups;  // as RunDescription::groups
  StageTally stages;
  std::uint64_t busy_slot_ns = 0;  // from launch decisions to the stages' ends, inside the window
  std::uint64_t slots = 0;
  std::array<std::uint64_t, kLaunchFailures> launch_failures{};  // by LaunchFailure, of the whole run
  std::optional<RuntimeFigures> runtime;                         // of a live run; its driver sets it
  std::optional<ScheduleErrors> schedule;                        // of policy `scripted`; its driver sets it
};

// Sums counts and pools histograms; of consecutive misses it takes the largest. REQUIRES: `replications` is
// not empty, and all are of one configuration. A run that executed a schedule stands alone.
[[nodiscard]] RunResults pool(std::span<const RunResults> replications);

}  // namespace daris
