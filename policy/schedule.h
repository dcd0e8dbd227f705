// A recorded schedule as plain data: what policy `scripted` executes again (docs/scheduler.md, "scripted").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/ids.h"

namespace daris {

struct ScheduledDrop {
  DropReason reason = DropReason::kCertainlyLate;
  Time at;  // recorded
};

// Tells what became of one job: it was rejected, or admitted and perhaps dropped later.
struct ScheduledJob {
  JobId id;
  ContextId context;                     // where it was admitted
  std::optional<RejectReason> rejected;  // nullopt: it was admitted
  std::optional<ScheduledDrop> drop;
};

struct ScheduledLaunch {
  SlotId slot;
  StageIndex stage;
  std::uint32_t batch = 1;      // inputs computed, as LaunchStage::batch
  std::uint32_t first_job = 0;  // its jobs are Schedule::launched_jobs[first_job, first_job + jobs)
  std::uint32_t jobs = 1;
  Time at;  // of the recorded decision
};

// REQUIRES (policy/schedule_check.h): jobs are ordered by task, then ordinal, and no ordinal is left out from
// 0 on; launches stand in recorded order.
struct Schedule {
  std::vector<ScheduledJob> jobs;
  std::vector<ScheduledLaunch> launches;
  std::vector<JobId> launched_jobs;
};

}  // namespace daris
