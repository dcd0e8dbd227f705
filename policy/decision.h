// A decision tells an executor what to do.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "base/time.h"
#include "policy/ids.h"

namespace daris {

struct AdmitJob {
  JobId job;
  ContextId context;  // all its stages run there; 0 for policies with one queue
  friend bool operator==(const AdmitJob&, const AdmitJob&) = default;
};

enum class RejectReason {
  kUtilization,    // the admission test failed at home and in the candidate for migration
  kCertainlyLate,  // it can't finish in time any more (batching policies)
  kNoContext,      // every context is lost; scripted: a context that it needs
  kNotScheduled,   // the recorded schedule does not have the job
};

struct RejectJob {
  JobId job;
  RejectReason reason = RejectReason::kUtilization;
  friend bool operator==(const RejectJob&, const RejectJob&) = default;
};

enum class DropReason {
  kCertainlyLate,  // admitted, waiting, and can't finish in time any more (batching policies)
  kContextLost,    // it had started in a context that was lost
  kLaunchFailed,   // a launch of it came back as LaunchFailed
};

// An admitted job that will not run any further. It counts as missed.
struct DropJob {
  JobId job;
  DropReason reason = DropReason::kCertainlyLate;
  friend bool operator==(const DropJob&, const DropJob&) = default;
};

// The task's home moves. Jobs already in the system stay where they are.
struct MigrateTask {
  TaskId task;
  ContextId from;
  ContextId to;
  friend bool operator==(const MigrateTask&, const MigrateTask&) = default;
};

// Start `stage` of `jobs` in `slot`. Several jobs form one batch over shared weights. `batch` is the number
// of inputs that the launch computes. It is at least the sum of the jobs' inputs, and more if they are padded
// to a size that exists. The slot is busy from this decision until StageFinished or LaunchFailed. `jobs`
// lives until the next step().
struct LaunchStage {
  SlotId slot;
  StageIndex stage;
  std::uint32_t batch = 1;
  std::span<const JobId> jobs;
};
[[nodiscard]] bool operator==(const LaunchStage& a, const LaunchStage& b);

// Ask for TimerFired{timer} at `at`. Time::never() takes the timer back.
struct SetTimer {
  TimerId timer;
  Time at;
  friend bool operator==(const SetTimer&, const SetTimer&) = default;
};

using Decision = std::variant<AdmitJob, RejectJob, DropJob, MigrateTask, LaunchStage, SetTimer>;

}  // namespace daris
