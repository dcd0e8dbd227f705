// One run, job by job and launch by launch, as its event log tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analysis/logs/event_log_header.h"
#include "base/result.h"
#include "base/time.h"
#include "drive/observer.h"
#include "policy/decision.h"
#include "policy/event.h"
#include "policy/ids.h"

namespace daris {

// kLost: its context was lost while it ran, or its launch failed. kOpen: it had not ended when the run did.
enum class LaunchEnd { kOpen, kFinished, kLost };

// One stage in one slot. Of a launch that did not finish, `started` is the decision and `ended` the loss.
struct TimelineLaunch {
  SlotId slot;
  StageIndex stage;
  std::uint32_t batch = 1;
  std::vector<std::uint32_t> jobs;  // indices into RunTimeline::jobs
  Time decided;
  Time started;    // decided <= started <= ended <= noticed
  Time ended;      // on the GPU
  Time noticed;    // the step that brought the end
  Duration alone;  // 0 if the log lacks it; so are the estimates
  Duration estimate_mret;
  Duration estimate_afet;
  LaunchEnd end = LaunchEnd::kOpen;
};

enum class JobEnd { kOpen, kCompleted, kRejected, kDropped };

struct TimelineJob {
  JobId id;
  Time nominal_release;
  Time seen;  // the step that brought the release
  Time deadline;
  bool counted = false;  // the nominal release lies in the measured window
  bool admitted = false;
  ContextId context;                    // where it was admitted
  std::vector<std::uint32_t> launches;  // indices into RunTimeline::launches, in order
  JobEnd end = JobEnd::kOpen;
  Time ended;  // completed, rejected or dropped then; if it is open, the run's end
  std::optional<DropReason> drop_reason;
  bool missed = false;  // as docs/formats.md counts, "Outcomes"
};

struct ContextLossAt {
  ContextId context;
  Time at;
};

struct RunTimeline {
  std::string name;  // of the log
  EventLogHeader header;
  Time window_begin, window_end;         // what is measured
  std::vector<TimelineJob> jobs;         // in the order in which the policy was told of them
  std::vector<TimelineLaunch> launches;  // in the order of decisions
  std::vector<ContextLossAt> losses;
  std::vector<Time> displaced;  // by task: when it had to leave a lost context; Time::never() if it had not
  Time end;
  bool cut_off = false;  // the log has no end line: `end` is its last step
};

// Builds a timeline while it observes. Memory grows with the run.
class TimelineRecorder final : public Observer {
 public:
  TimelineRecorder(std::string name, const EventLogHeader& header);

  void on_step(const Step& step) override;
  void on_end(Time end) override;
  // True once a step had something that can't have happened, such as a launch of a job that was not released.
  [[nodiscard]] bool broken() const { return broken_; }
  // REQUIRES: on_end() was called.
  [[nodiscard]] RunTimeline take() &&;

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  void take(const StageFinished& finished, const StageMeasurement& measured);
  void take(const JobReleased& released);
  void take(const ContextLost& lost);
  void take(const LaunchFailed& failed);
  void take(const AdmitJob& admit);
  void take(const RejectJob& reject);
  void take(const DropJob& drop);
  void take(const LaunchStage& launch);
  void take(const MigrateTask& migrate);
  void take(const SetTimer&) {}
  [[nodiscard]] bool is_lost(ContextId context) const;
  void lose(std::size_t slot);
  void settle(TimelineJob& job, JobEnd end);
  [[nodiscard]] TimelineJob* find(JobId id);  // null, and the run is broken, if it was not released

  RunTimeline timeline_;
  Time now_;
  bool broken_ = false;
  std::vector<std::uint32_t> running_;            // by slot: its launch, or kNone
  std::vector<std::vector<std::uint32_t>> jobs_;  // by task and ordinal: index of the job
  std::vector<std::uint32_t> first_ordinal_;      // by task
};

// Errors: as docs/formats.md, "Input that is wrong". A log that was cut off is read as far as it goes.
[[nodiscard]] Result<RunTimeline> read_timeline(const std::filesystem::path& log);

}  // namespace daris
