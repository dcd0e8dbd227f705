#include "analysis/trace/run_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analysis/trace/job_lanes.h"
#include "analysis/trace/run_counters.h"
#include "analysis/trace/track_events.h"

namespace daris {
namespace {

std::string_view to_text(JobEnd end, bool missed) {
  switch (end) {
    case JobEnd::kOpen: return "unfinished";
    case JobEnd::kCompleted: return missed ? "late" : "in time";
    case JobEnd::kRejected: return "rejected";
    case JobEnd::kDropped: return "dropped";
  }
  return "";
}

std::string_view category_of(LaunchEnd end) {
  switch (end) {
    case LaunchEnd::kOpen: return "unfinished stage";
    case LaunchEnd::kFinished: return "stage";
    case LaunchEnd::kLost: return "lost stage";
  }
  return "";
}

// Writes one run into a trace.
class RunWriter {
 public:
  RunWriter(TrackEventTrace& trace, const BlamedRun& run, std::uint32_t number)
      : trace_(trace), run_(run.timeline), number_(number), lanes_(assign_lanes(run_)) {
    blame_.assign(run_.jobs.size(), nullptr);
    for (const MissBlame& blame : run.blames) blame_[blame.job] = &blame;
    process_ = trace.add_process(static_cast<std::int32_t>(number),
                                 fmt::format("{}: {}, {}", run_.header.kind, run_.header.policy, run_.name));
  }

  void write() {
    write_counter("busy slots", busy_slots(run_));
    write_counter("waiting jobs", waiting_jobs(run_));
    write_counter("SMs of busy contexts", busy_sms(run_));
    add_slots();
    add_tasks();
    for (std::size_t job = 0; job < run_.jobs.size(); ++job) write_job(job);
    for (const TimelineLaunch& launch : run_.launches) write_launch(launch);
    for (const ContextLossAt& loss : run_.losses)
      trace_.instant(contexts_[loss.context.at()], loss.at, "context", "context lost", {});
  }

 private:
  void write_counter(const std::string& name, const Counter& counter) {
    if (counter.empty()) return;
    const TrackUuid track = trace_.add_counter(process_, name);
    for (const auto& [at, value] : counter) trace_.count(track, at, value);
  }

  void add_slots() {
    const std::vector<std::uint32_t>& sms = run_.header.granted_sms;
    for (std::uint32_t context = 0; context < run_.header.setup.contexts; ++context) {
      const std::string grant = context < sms.size() ? fmt::format(" ({} SMs)", sms[context]) : "";
      contexts_.push_back(trace_.add_track(process_, fmt::format("context {}{}", context, grant)));
      for (std::uint32_t stream = 0; stream < run_.header.setup.streams; ++stream)
        slots_.push_back(trace_.add_track(contexts_.back(), fmt::format("stream {}", stream)));
    }
  }

  void add_tasks() {
    const TrackUuid all = trace_.add_track(process_, "tasks");
    for (std::size_t task = 0; task < run_.header.task_names.size(); ++task) {
      const std::string name =
          fmt::format("{} (level {})", run_.header.task_names[task], run_.header.setup.tasks[task].level);
      for (std::uint32_t lane = 0; lane < lanes_.lanes[task]; ++lane) {
        if (lane == 0) first_lane_.push_back(task_tracks_.size());
        task_tracks_.push_back(trace_.add_track(all, name));
      }
    }
  }

  [[nodiscard]] std::uint64_t flow_of(std::size_t job) const {
    return (std::uint64_t{number_} << 40) + job + 1;
  }
  [[nodiscard]] const std::string& task_name(const TimelineJob& job) const {
    return run_.header.task_names[job.id.task.at()];
  }

  void write_job(std::size_t index) {
    const TimelineJob& job = run_.jobs[index];
    const TrackUuid track = task_tracks_[first_lane_[job.id.task.at()] + lanes_.lane[index]];
    const std::int64_t ordinal = job.id.ordinal;
    if (job.end == JobEnd::kRejected) {
      trace_.instant(track, job.ended, "rejected", "rejected", {{"job", ordinal}, {"counted", job.counted}});
      return;
    }
    Flows flows;
    if (!job.launches.empty()) flows.through.push_back(flow_of(index));
    trace_.begin(track, job.nominal_release, "job", task_name(job), flows,
                 {{"job", ordinal},
                  {"outcome", to_text(job.end, job.missed)},
                  {"counted", job.counted},
                  {"told_late_ns", (job.seen - job.nominal_release).ns()}});
    trace_.end(track, job.ended);
    if (!job.admitted) return;
    if (blame_[index] != nullptr) {
      write_miss(track, job, *blame_[index]);
    } else {
      trace_.instant(track, job.deadline, "deadline", "deadline", {{"job", ordinal}});
    }
  }

  void write_miss(TrackUuid track, const TimelineJob& job, const MissBlame& blame) {
    const auto ns = [&](MissCause cause) { return blame.times[static_cast<std::size_t>(cause)].ns(); };
    trace_.instant(track, job.deadline, "miss", fmt::format("missed: {}", to_text(blame.cause)),
                   {{"job", std::int64_t{job.id.ordinal}},
                    {"cause", to_text(blame.cause)},
                    {"counted", job.counted},
                    {"queueing_ns", ns(MissCause::kQueueing)},
                    {"blocking_ns", ns(MissCause::kBlocking)},
                    {"contention_ns", ns(MissCause::kContention)},
                    {"launch_ns", ns(MissCause::kLaunch)},
                    {"late_release_ns", ns(MissCause::kLateRelease)},
                    {"admission_ns", ns(MissCause::kAdmission)}});
  }

  [[nodiscard]] std::string name_of(const TimelineLaunch& launch) const {
    const std::string& first = task_name(run_.jobs[launch.jobs.front()]);
    const std::string more =
        launch.jobs.size() > 1 ? fmt::format(" and {} more", launch.jobs.size() - 1) : std::string();
    return fmt::format("{}{}, stage {}", first, more, launch.stage.value() + 1);
  }

  // The flow of a job goes from its release over its stages to the last one.
  [[nodiscard]] Flows flows_of(const TimelineLaunch& launch) const {
    Flows flows;
    for (const std::uint32_t job : launch.jobs) {
      const bool is_last = &run_.launches[run_.jobs[job].launches.back()] == &launch;
      (is_last ? flows.ending : flows.through).push_back(flow_of(job));
    }
    return flows;
  }

  void write_launch(const TimelineLaunch& launch) {
    const TrackUuid track = slots_[launch.slot.at()];
    trace_.begin(track, launch.started, category_of(launch.end), name_of(launch), flows_of(launch),
                 {{"job", std::int64_t{run_.jobs[launch.jobs.front()].id.ordinal}},
                  {"batch", std::int64_t{launch.batch}},
                  {"decided_ns", launch.decided.ns()},
                  {"noticed_ns", launch.noticed.ns()},
                  {"alone_ns", launch.alone.ns()},
                  {"estimate_mret_ns", launch.estimate_mret.ns()},
                  {"estimate_afet_ns", launch.estimate_afet.ns()}});
    trace_.end(track, launch.ended);
  }

  TrackEventTrace& trace_;
  const RunTimeline& run_;
  std::uint32_t number_;
  JobLanes lanes_;
  std::vector<const MissBlame*> blame_;  // by job; null if it did not miss
  TrackUuid process_ = 0;
  std::vector<TrackUuid> contexts_;
  std::vector<TrackUuid> slots_;
  std::vector<TrackUuid> task_tracks_;   // lane by lane, task by task
  std::vector<std::size_t> first_lane_;  // by task: index into task_tracks_
};

}  // namespace

std::string make_trace(std::span<const BlamedRun> runs) {
  TrackEventTrace trace;
  std::uint32_t number = 0;
  for (const BlamedRun& run : runs) RunWriter(trace, run, ++number).write();
  return trace.bytes();
}

}  // namespace daris
