#include "analysis/report/metrics.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/report/recent_gaps.h"
#include "analysis/report/slo.h"
#include "base/check.h"
#include "drive/job_ring.h"

namespace daris {
namespace {

struct TaskState {
  JobRing jobs;
  std::uint32_t group = 0;
  std::uint32_t inputs = 1;
  std::uint32_t last_stage = 0;
  Duration relative_deadline;
  std::uint64_t misses_in_a_row = 0;
};

struct SlotState {
  std::vector<JobId> jobs;  // keeps its capacity
  Time launched;
  StageIndex stage;
  bool busy = false;
};

}  // namespace

class MetricsCollector::State {
 public:
  State(const RunDescription& run, std::function<void(const CompletedJob&)> completed)
      : window_begin_(run.window_begin),
        window_end_(run.window_end),
        streams_(run.streams),
        completed_(std::move(completed)) {
    DARIS_CHECK(window_begin_ < window_end_);
    for (const MeasuredTask& task : run.tasks) {
      TaskState& state = tasks_.emplace_back();
      state.group = task.group;
      state.inputs = task.inputs;
      state.last_stage = task.stages - 1;
      state.relative_deadline = task.relative_deadline;
    }
    for (const MeasuredGroup& group : run.groups) limits_.push_back(percentile_limit(group.slo));
    slots_.resize(std::size_t{run.contexts} * run.streams);
    results_.window = window_end_ - window_begin_;
    results_.groups.resize(run.groups.size());
    results_.slots = slots_.size();
  }

  void take(const Step& step) {
    DARIS_CHECK(!ended_);
    now_ = step.now;
    gaps_.add(step.gaps);
    auto measured = step.stages.begin();
    for (const Event& event : step.events) {
      if (const auto* finished = std::get_if<StageFinished>(&event)) {
        DARIS_CHECK(measured != step.stages.end());
        take(*finished, *measured++);
      } else if (const auto* released = std::get_if<JobReleased>(&event)) {
        take(*released);
      } else if (const auto* failed = std::get_if<LaunchFailed>(&event)) {
        free_slot(slots_[failed->slot.at()]);
        ++results_.launch_failures[static_cast<std::size_t>(failed->reason)];
      } else if (const auto* lost = std::get_if<ContextLost>(&event)) {
        take(*lost);
      }
    }
    moved_.reset();
    for (const Decision& decision : step.decisions) {
      std::visit([this](const auto& one) { take(one); }, decision);
    }
  }

  void finish(Time end) {
    DARIS_CHECK(!ended_);
    now_ = end;
    for (SlotState& slot : slots_) free_slot(slot);
    for (TaskState& task : tasks_) finish(task);
    ended_ = true;
  }

  [[nodiscard]] const RunResults& results() const {
    DARIS_CHECK(ended_);
    return results_;
  }

 private:
  [[nodiscard]] bool in_window(Time time) const { return window_begin_ <= time && time < window_end_; }
  [[nodiscard]] Tally& tally_of(const TaskState& task) { return results_.groups[task.group]; }

  void take(const StageFinished& finished, const StageMeasurement& measured) {
    SlotState& slot = slots_[finished.slot.at()];
    if (!slot.busy) return;  // its context was lost before that
    if (in_window(now_)) count_stage(finished.execution, measured);
    free_slot(slot);
    for (const JobId job : slot.jobs) {
      TaskState& task = tasks_[job.task.at()];
      if (slot.stage.value() == 0) count_start(task, job, slot.launched, measured.started);
      if (slot.stage.value() == task.last_stage) complete(task, job);
    }
  }

  void count_start(TaskState& task, JobId job, Time launched, Time started) {
    if (!task.jobs.holds(job.ordinal)) return;
    const JobRecord& record = task.jobs.at(job.ordinal);
    if (!record.counted || record.seen != launched) return;
    StartDelays& starts = tally_of(task).starts;
    (record.migrated ? starts.migrated_ns : starts.others_ns).record((started - record.nominal_release).ns());
  }

  void count_stage(Duration execution, const StageMeasurement& measured) {
    StageTally& stages = results_.stages;
    ++stages.finished;
    stages.within_mret += execution <= measured.estimate_mret ? 1 : 0;
    stages.within_afet += execution <= measured.estimate_afet ? 1 : 0;
    stages.afet_ns += static_cast<std::uint64_t>(measured.estimate_afet.ns());
    if (measured.alone.ns() > 0) stages.slowdown_ppm.record(execution.ns() * 1'000'000 / measured.alone.ns());
  }

  // Slot time counts from the launch decision on, as far as it lies in the window.
  void free_slot(SlotState& slot) {
    if (!slot.busy) return;
    const Time from = std::max(slot.launched, window_begin_);
    const Time until = std::min(now_, window_end_);
    if (from < until) results_.busy_slot_ns += static_cast<std::uint64_t>((until - from).ns());
    slot.busy = false;
  }

  void complete(TaskState& task, JobId job) {
    if (!task.jobs.holds(job.ordinal)) return;
    JobRecord& record = task.jobs.at(job.ordinal);
    if (record.state != JobState::kAdmitted) return;  // dropped while the stage ran
    const Time deadline = record.nominal_release + task.relative_deadline;
    const bool in_time = now_ <= deadline;
    Tally& tally = tally_of(task);
    if (in_window(now_)) {
      ++tally.window_completions;
      tally.window_on_time += in_time ? 1 : 0;
      tally.window_images += task.inputs;
    }
    if (record.counted) {
      ++tally.completed;
      tally.response_ns.record((now_ - record.nominal_release).ns());
      if (completed_) completed_({record.nominal_release, now_, task.relative_deadline});
      const bool by_host = !in_time && gaps_.explain(record.nominal_release, now_, now_ - deadline);
      tally.missed_by_host += by_host ? 1 : 0;
    }
    settle(task, record, in_time ? JobState::kSettledInTime : JobState::kSettledMissed);
  }

  void take(const JobReleased& released) {
    TaskState& task = tasks_[released.job.task.at()];
    const bool counted = in_window(released.nominal_release);
    task.jobs.push(released.job.ordinal, {released.nominal_release, now_, JobState::kReleased, counted});
    tally_of(task).released += counted ? 1 : 0;
  }

  void take(const ContextLost& lost) {
    const std::size_t first = lost.context.at() * streams_;
    for (std::size_t slot = first; slot < first + streams_; ++slot) free_slot(slots_[slot]);
  }

  void take(const AdmitJob& admit) {
    TaskState& task = tasks_[admit.job.task.at()];
    JobRecord& record = task.jobs.at(admit.job.ordinal);
    record.state = JobState::kAdmitted;
    record.migrated = moved_ == admit.job.task;
    moved_.reset();
    tally_of(task).admitted += record.counted ? 1 : 0;
  }

  void take(const RejectJob& reject) {
    TaskState& task = tasks_[reject.job.task.at()];
    JobRecord& record = task.jobs.at(reject.job.ordinal);
    if (record.counted) ++tally_of(task).rejected[static_cast<std::size_t>(reject.reason)];
    settle(task, record, JobState::kSettledRejected);
  }

  void take(const DropJob& drop) {
    TaskState& task = tasks_[drop.job.task.at()];
    JobRecord& record = task.jobs.at(drop.job.ordinal);
    if (record.counted) ++tally_of(task).dropped;
    settle(task, record, JobState::kSettledMissed);
  }

  void take(const MigrateTask& migrate) {
    if (in_window(now_)) ++tally_of(tasks_[migrate.task.at()]).migrations;
    moved_ = migrate.task;
  }

  void take(const LaunchStage& launch) {
    SlotState& slot = slots_[launch.slot.at()];
    slot.jobs.assign(launch.jobs.begin(), launch.jobs.end());
    slot.launched = now_;
    slot.stage = launch.stage;
    slot.busy = true;
  }

  void take(const SetTimer&) {}

  // Jobs may be settled in any order; misses in a row are counted in the order of releases.
  void settle(TaskState& task, JobRecord& record, JobState state) {
    record.state = state;
    while (!task.jobs.empty() && task.jobs.front().state >= JobState::kSettledInTime) {
      count_settled(task, task.jobs.front());
      task.jobs.pop();
    }
  }

  void count_settled(TaskState& task, const JobRecord& record) {
    if (!record.counted || record.state == JobState::kSettledRejected) return;
    if (record.state == JobState::kSettledInTime) {
      task.misses_in_a_row = 0;
      return;
    }
    Tally& tally = tally_of(task);
    ++tally.missed;
    tally.consecutive_misses_max = std::max(tally.consecutive_misses_max, ++task.misses_in_a_row);
  }

  void count_unfinished(const TaskState& task, const JobRecord& record) {
    Tally& tally = tally_of(task);
    ++tally.unfinished;
    const std::optional<PercentileLimit>& limit = limits_[task.group];
    tally.unfinished_past_limit += limit && now_ - record.nominal_release > limit->allowed ? 1 : 0;
  }

  void finish(TaskState& task) {
    for (; !task.jobs.empty(); task.jobs.pop()) {
      JobRecord& record = task.jobs.front();
      if (record.state == JobState::kAdmitted) {
        if (record.counted) count_unfinished(task, record);
        if (record.nominal_release + task.relative_deadline > now_)
          continue;  // the run was cut short: nobody knows
        record.state = JobState::kSettledMissed;
      }
      if (record.state >= JobState::kSettledInTime) count_settled(task, record);
    }
  }

  Time window_begin_;
  Time window_end_;
  std::uint32_t streams_;
  std::function<void(const CompletedJob&)> completed_;
  Time now_;
  std::optional<TaskId> moved_;  // by the decision right before an admission: the job migrates
  bool ended_ = false;
  std::vector<TaskState> tasks_;
  std::vector<std::optional<PercentileLimit>> limits_;  // by group
  std::vector<SlotState> slots_;
  RecentGaps gaps_;
  RunResults results_;
};

MetricsCollector::MetricsCollector(const RunDescription& description,
                                   std::function<void(const CompletedJob&)> completed)
    : state_(std::make_unique<State>(description, std::move(completed))) {}
MetricsCollector::~MetricsCollector() = default;
void MetricsCollector::on_step(const Step& step) { state_->take(step); }
void MetricsCollector::on_end(Time end) { state_->finish(end); }
const RunResults& MetricsCollector::results() const { return state_->results(); }

}  // namespace daris
