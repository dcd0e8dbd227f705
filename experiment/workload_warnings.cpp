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

// "1 job", "2 jobs"
std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

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

// A task set of equal names need not be the one of the log: a log has no models, but levels and batches.
void warn_of_other_set(const Workload& workload, const ReleaseLog& log, std::vector<std::string>& warnings) {
  std::vector<std::string> others;
  for (std::size_t t = 0; t < workload.tasks.size(); ++t) {
    const TaskGroup& group = workload.set.groups[workload.tasks[t].group];
    const bool same = log.tasks[t].level == group.priority && log.tasks[t].inputs == group.batch;
    if (!same && (others.empty() || others.back() != group.name)) others.push_back(group.name);
  }
  if (others.empty()) return;
  warnings.push_back(fmt::format(
      "{}: its tasks have another level or batch than those of task set \"{}\": {}; they run as the "
      "set says",
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

void warn_of_disturbances(const Injection& injection, Time end, std::vector<std::string>& warnings) {
  const auto count_behind = [end](const auto& disturbances, const auto begin_of) {
    return std::count_if(disturbances.begin(), disturbances.end(),
                         [&](const auto& one) { return begin_of(one) >= end; });
  };
  const auto behind = count_behind(injection.losses, [](const ContextLoss& loss) { return loss.at; }) +
                      count_behind(injection.slowdowns, [](const Slowdown& one) { return one.from; }) +
                      count_behind(injection.late_releases, [](const LateReleases& one) { return one.from; });
  if (behind == 0) return;
  const std::size_t all = injection.estimates.size() + injection.losses.size() + injection.slowdowns.size() +
                          injection.late_releases.size();
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
  if (const Injection* const injection = input.disturbances())
    warn_of_disturbances(*injection, end, warnings);
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
