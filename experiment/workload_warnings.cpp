#include "experiment/workload_warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/number_text.h"

namespace daris {
namespace {

constexpr double kRateTolerance = 0.05;  // as that of a load that is missed

std::string seconds(Time time) { return number_text((time - Time()).seconds()) + " s"; }

std::string list_of(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// The trace of one group, as the run reads it.
class TraceInRun {
 public:
  TraceInRun(const TaskGroup& group, Time end)
      : group_(group), trace_(group.arrival.trace), start_(Time() + group.offset.value_or(Duration())) {
    const Duration left = end - start_;
    const auto behind = std::lower_bound(trace_.begin(), trace_.end(), left,
                                         [](Time time, Duration length) { return time - Time() < length; });
    in_run_ = static_cast<std::size_t>(behind - trace_.begin());
    expected_ = std::max(0.0, static_cast<double>(left.ns()) / static_cast<double>(group.period.ns()));
  }

  void warn(Time end, std::vector<std::string>& warnings) const {
    if (in_run_ < trace_.size()) {
      warnings.push_back(fmt::format(
          "task \"{}\": {} of the {} in its trace lie behind the run's end at {} and are left out; a trace "
          "counts seconds{}",
          group_.name, trace_.size() - in_run_, counted(trace_.size(), "time"), seconds(end),
          looks_like_ms() ? ", and these look like milliseconds" : ""));
    }
    if (has_other_rate()) {
      warnings.push_back(
          fmt::format("task \"{}\": its trace releases {} until {}, and not {:.0f} as rate or period of the "
                      "task set say; "
                      "load and utilization are counted by the task set",
                      group_.name, counted(in_run_, "job"), seconds(end), expected_));
    }
    if (is_bunched()) {
      warnings.push_back(
          fmt::format("task \"{}\": its trace releases {} within {}, and the run takes {}; are "
                      "its times in seconds since the start?",
                      group_.name, counted(in_run_, "job"), seconds(Time() + span()), seconds(end)));
    }
    if (group_.count > 1) {
      warnings.push_back(
          fmt::format("task \"{}\": its {} copies are released at the same instants, those of the one trace",
                      group_.name, group_.count));
    }
  }

 private:
  // A single job more or less is no other rate.
  [[nodiscard]] bool has_other_rate() const {
    const double off = std::abs(static_cast<double>(in_run_) - expected_);
    return off > 1 && off > kRateTolerance * expected_;
  }

  // From the first to the last release in the run.
  [[nodiscard]] Duration span() const {
    return in_run_ == 0 ? Duration() : trace_[in_run_ - 1] - trace_.front();
  }

  // Tells whether many jobs come within a tenth of the time that they should take.
  [[nodiscard]] bool is_bunched() const {
    constexpr std::size_t kMany = 10;
    const double should_ns = static_cast<double>(in_run_) * static_cast<double>(group_.period.ns());
    return in_run_ >= kMany && 10 * static_cast<double>(span().ns()) < should_ns;
  }

  // Tells whether the gaps of the trace are about a thousand periods wide.
  [[nodiscard]] bool looks_like_ms() const {
    if (trace_.size() < 2) return false;
    const double gap_ns =
        static_cast<double>((trace_.back() - trace_.front()).ns()) / static_cast<double>(trace_.size() - 1);
    const double periods = gap_ns / static_cast<double>(group_.period.ns());
    return 500 < periods && periods < 2000;
  }

  const TaskGroup& group_;
  const std::vector<Time>& trace_;
  Time start_;
  std::size_t in_run_ = 0;
  double expected_ = 0;  // jobs, by the period
};

// Logs of earlier versions do not say what their tasks ran.
bool runs_as_logged(const TaskGroup& group, const LoggedModel& logged) {
  return (logged.model.empty() || logged.model == group.model) &&
         (logged.precision.empty() || logged.precision == to_text(group.precision));
}

// A task set of equal names need not be the one of the log.
void warn_of_other_set(const Workload& workload, const ReleaseLog& log, std::vector<std::string>& warnings) {
  std::vector<std::string> others;
  for (std::size_t t = 0; t < workload.tasks.size(); ++t) {
    const TaskGroup& group = workload.set.groups[workload.tasks[t].group];
    const bool same = log.tasks[t].level == group.priority && log.tasks[t].inputs == group.batch &&
                      (log.task_models.empty() || runs_as_logged(group, log.task_models[t]));
    if (!same && (others.empty() || others.back() != group.name)) others.push_back(group.name);
  }
  if (others.empty()) return;
  warnings.push_back(
      fmt::format("{}: its tasks have another model, precision, level or batch than those of "
                  "task set \"{}\": {}; they run as the set says",
                  log.name, workload.set.name, list_of(others)));
}

void warn_of_log(const SettledConfig& config, const Workload& workload, const ReleaseLog& log,
                 std::vector<std::string>& warnings) {
  warn_of_other_set(workload, log, warnings);
  if (!config.overruled.empty())
    warnings.push_back(fmt::format("{}: not read, since tasks and jobs are those of {}",
                                   list_of(config.overruled), log.name));
  const Time end = Time() + config.duration;
  if (log.end >= end) return;
  warnings.push_back(fmt::format("{}: {} at {}: no job is released from there to the run's end at {}",
                                 log.name, log.cut_off ? "was cut off" : "ends", seconds(log.end),
                                 seconds(end)));
}

// But for estimates, which are wrong from the start.
std::size_t disturbances_of(const Injection& injection) {
  return injection.losses.size() + injection.slowdowns.size() + injection.late_releases.size();
}

// Tells whether a release inside the run would be told later than `latest`.
bool holds_back_beyond(const LateReleases& late, Time end, Time latest) {
  const Time last = std::min(late.until, end);
  return late.from < end && (late.by ? last + *late.by : late.until) > latest;
}

void warn_of_late_tellings(const Injection& injection, const Workload& workload, Time end,
                           std::vector<std::string>& warnings) {
  Duration longest;
  for (const TaskGroup& group : workload.set.groups) longest = std::max(longest, group.deadline);
  const Time latest = end + longest;
  const auto too_late = [&](const LateReleases& late) { return holds_back_beyond(late, end, latest); };
  if (std::none_of(injection.late_releases.begin(), injection.late_releases.end(), too_late)) return;
  warnings.push_back(
      fmt::format("{}: holds releases back for longer than the run; they are told at {}, "
                  "which is too late for any deadline",
                  injection.name, seconds(latest)));
}

void warn_of_disturbances(const Injection& injection, Time end, std::vector<std::string>& warnings) {
  const std::size_t behind = disturbances_of(injection) - disturbances_of(before(injection, end));
  if (behind == 0) return;
  const std::size_t all = injection.estimates.size() + disturbances_of(injection);
  warnings.push_back(fmt::format("{}: {} of {} lie behind the run's end at {} and do not happen",
                                 injection.name, behind, counted(all, "disturbance"), seconds(end)));
}

}  // namespace

void warn_of_workload(const SettledConfig& config, const Workload& workload, const WorkloadInput& input,
                      std::vector<std::string>& warnings) {
  const Time end = Time() + config.duration;
  if (input.releases != nullptr) {
    warn_of_log(config, workload, *input.releases, warnings);
  } else {
    for (const TaskGroup& group : workload.set.groups) {
      if (group.arrival.kind == ArrivalKind::kTrace) TraceInRun(group, end).warn(end, warnings);
    }
  }
  if (const Injection* const injection = input.disturbances()) {
    warn_of_disturbances(*injection, end, warnings);
    warn_of_late_tellings(*injection, workload, end, warnings);
  }
}

void warn_of_silent_tasks(const RunDescription& run, std::span<const RunResults> replications,
                          std::vector<std::string>& warnings) {
  std::vector<std::string> silent;
  for (std::size_t group = 0; group < run.groups.size(); ++group) {
    const bool released =
        std::any_of(replications.begin(), replications.end(),
                    [group](const RunResults& results) { return results.groups[group].released > 0; });
    if (!released) silent.push_back(fmt::format("\"{}\"", run.groups[group].name));
  }
  if (silent.empty()) return;
  warnings.push_back(
      fmt::format("no job of {} was released in the window from {} to {}, so nothing is known "
                  "of {}",
                  list_of(silent), seconds(run.window_begin), seconds(run.window_end),
                  silent.size() == 1 ? "it" : "them"));
}

}  // namespace daris
