#include "analysis/trace/run_timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/logs/event_log_reader.h"
#include "base/check.h"
#include "base/json/json.h"
#include "base/parse_value.h"

namespace daris {
namespace {

// An instant of the configuration, which says it in seconds.
Time instant(const Json& config, const char* key) {
  const auto value = config.find(key);
  if (value == config.end() || !value->is_number()) return {};
  const double seconds = std::clamp(value->get<double>(), 0.0, kSecondsMax);
  return Time::from_ns(std::llround(seconds * static_cast<double>(kNsPerSecond)));
}

}  // namespace

TimelineRecorder::TimelineRecorder(std::string name, const EventLogHeader& header)
    : running_(std::size_t{header.setup.contexts} * header.setup.streams, kNone),
      jobs_(header.setup.tasks.size()),
      first_ordinal_(header.setup.tasks.size(), 0) {
  timeline_.name = std::move(name);
  timeline_.header = header;
  timeline_.displaced.assign(header.setup.tasks.size(), Time::never());
  timeline_.window_begin = instant(*header.config, "warmup_s");
  timeline_.window_end = instant(*header.config, "duration_s");
}

void TimelineRecorder::on_step(const Step& step) {
  now_ = step.now;
  auto measured = step.stages.begin();
  for (const Event& event : step.events) {
    if (const auto* finished = std::get_if<StageFinished>(&event)) {
      DARIS_CHECK(measured != step.stages.end());
      take(*finished, *measured++);
    } else if (const auto* released = std::get_if<JobReleased>(&event)) {
      take(*released);
    } else if (const auto* lost = std::get_if<ContextLost>(&event)) {
      take(*lost);
    } else if (const auto* failed = std::get_if<LaunchFailed>(&event)) {
      take(*failed);
    }
  }
  for (const Decision& decision : step.decisions)
    std::visit([this](const auto& one) { take(one); }, decision);
}

void TimelineRecorder::on_end(Time end) {
  timeline_.end = end;
  for (TimelineLaunch& launch : timeline_.launches) {
    if (launch.end == LaunchEnd::kOpen) launch.ended = launch.noticed = std::max(end, launch.started);
  }
  for (TimelineJob& job : timeline_.jobs) {
    if (job.end == JobEnd::kOpen) {
      job.ended = std::max(end, job.seen);
      job.missed = job.admitted && job.deadline <= end;
    } else if (job.end == JobEnd::kCompleted) {
      job.missed = job.ended > job.deadline;
    } else {
      job.missed = job.end == JobEnd::kDropped;
    }
  }
}

RunTimeline TimelineRecorder::take() && { return std::move(timeline_); }

TimelineJob* TimelineRecorder::find(JobId id) {
  const std::size_t task = id.task.at();
  const std::size_t place = id.ordinal - first_ordinal_[task];
  if (place < jobs_[task].size()) return &timeline_.jobs[jobs_[task][place]];
  broken_ = true;
  return nullptr;
}

void TimelineRecorder::take(const JobReleased& released) {
  const std::size_t task = released.job.task.at();
  std::vector<std::uint32_t>& jobs = jobs_[task];
  if (jobs.empty()) first_ordinal_[task] = released.job.ordinal;
  if (released.job.ordinal != first_ordinal_[task] + jobs.size()) {
    broken_ = true;
    return;
  }
  jobs.push_back(static_cast<std::uint32_t>(timeline_.jobs.size()));
  TimelineJob& job = timeline_.jobs.emplace_back();
  job.id = released.job;
  job.nominal_release = released.nominal_release;
  job.seen = std::max(now_, job.nominal_release);
  job.deadline = job.nominal_release + timeline_.header.setup.tasks[task].relative_deadline;
  job.counted = timeline_.window_begin <= job.nominal_release && job.nominal_release < timeline_.window_end;
}

void TimelineRecorder::take(const StageFinished& finished, const StageMeasurement& measured) {
  const std::uint32_t index = std::exchange(running_[finished.slot.at()], kNone);
  if (index == kNone) return;  // its context was lost before that
  TimelineLaunch& launch = timeline_.launches[index];
  launch.end = LaunchEnd::kFinished;
  launch.noticed = now_;
  // A live run's times come from the GPU's timer, which need not agree with the host's to a microsecond. A
  // log of another program may lack the start.
  const Time started = measured.started > Time() ? measured.started : now_ - finished.execution;
  launch.started = std::clamp(started, launch.decided, now_);
  launch.ended = std::clamp(launch.started + finished.execution, launch.started, now_);
  launch.alone = measured.alone;
  launch.estimate_mret = measured.estimate_mret;
  launch.estimate_afet = measured.estimate_afet;
  for (const std::uint32_t one : launch.jobs) {
    TimelineJob& job = timeline_.jobs[one];
    const std::size_t stages = timeline_.header.setup.tasks[job.id.task.at()].stage_estimates.size();
    if (launch.stage.at() + 1 == stages) settle(job, JobEnd::kCompleted);
  }
}

void TimelineRecorder::lose(std::size_t slot) {
  const std::uint32_t index = std::exchange(running_[slot], kNone);
  if (index == kNone) return;
  TimelineLaunch& launch = timeline_.launches[index];
  launch.end = LaunchEnd::kLost;
  launch.ended = launch.noticed = now_;
}

bool TimelineRecorder::is_lost(ContextId context) const {
  return std::any_of(timeline_.losses.begin(), timeline_.losses.end(),
                     [&](const ContextLossAt& loss) { return loss.context == context; });
}

void TimelineRecorder::take(const ContextLost& lost) {
  if (is_lost(lost.context)) return;
  timeline_.losses.push_back({lost.context, now_});
  const std::size_t streams = timeline_.header.setup.streams;
  for (std::size_t stream = 0; stream < streams; ++stream) lose(lost.context.at() * streams + stream);
}

void TimelineRecorder::take(const LaunchFailed& failed) { lose(failed.slot.at()); }

void TimelineRecorder::take(const AdmitJob& admit) {
  TimelineJob* const job = find(admit.job);
  if (job == nullptr) return;
  job->admitted = true;
  job->context = admit.context;
}

void TimelineRecorder::take(const MigrateTask& migrate) {
  if (!is_lost(migrate.from)) return;
  Time& displaced = timeline_.displaced[migrate.task.at()];
  displaced = std::min(displaced, now_);
}

void TimelineRecorder::take(const RejectJob& reject) {
  if (TimelineJob* const job = find(reject.job)) settle(*job, JobEnd::kRejected);
}

void TimelineRecorder::take(const DropJob& drop) {
  TimelineJob* const job = find(drop.job);
  if (job == nullptr) return;
  job->drop_reason = drop.reason;
  settle(*job, JobEnd::kDropped);
}

void TimelineRecorder::take(const LaunchStage& launch) {
  const auto index = static_cast<std::uint32_t>(timeline_.launches.size());
  broken_ = broken_ || running_[launch.slot.at()] != kNone;
  running_[launch.slot.at()] = index;
  TimelineLaunch& line = timeline_.launches.emplace_back();
  line.slot = launch.slot;
  line.stage = launch.stage;
  line.batch = launch.batch;
  line.decided = line.started = now_;
  line.jobs.reserve(launch.jobs.size());
  for (const JobId id : launch.jobs) {
    TimelineJob* const job = find(id);
    if (job == nullptr) return;
    job->launches.push_back(index);
    line.jobs.push_back(static_cast<std::uint32_t>(job - timeline_.jobs.data()));
  }
}

void TimelineRecorder::settle(TimelineJob& job, JobEnd end) {
  if (job.end != JobEnd::kOpen) return;  // dropped while its stage ran
  job.end = end;
  job.ended = std::max(now_, job.seen);
}

Result<RunTimeline> read_timeline(const std::filesystem::path& log) {
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open_once(log));
  TimelineRecorder recorder(log.string(), reader.header());
  LoggedStep step;
  while (true) {
    DARIS_TRY_ASSIGN(const bool more, reader.next(step));
    if (!more) break;
    recorder.on_step({step.now, step.events, step.decisions, step.stages});
    if (recorder.broken())
      return Error{fmt::format(
          "{}:{}: step {} can't have happened: it names a job that was not released, skips one, or launches "
          "into a slot that is busy",
          log.string(), step.first_line, step.number)};
  }
  recorder.on_end(reader.end().value_or(step.now));
  RunTimeline timeline = std::move(recorder).take();
  timeline.cut_off = reader.truncated();
  return timeline;
}

}  // namespace daris
