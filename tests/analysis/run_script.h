// For tests: steps that are written by hand and fed to an observer.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/run_description.h"
#include "drive/observer.h"

namespace daris::testing {

inline Time at(std::int64_t ns) { return Time::from_ns(ns); }
inline Duration ns(std::int64_t value) { return Duration::from_ns(value); }
inline JobId job(std::uint32_t task, std::uint32_t ordinal) { return {ordinal, TaskId(task)}; }

// One step under construction: Moment(100).released(job, 100).admit(job).launch(slot, stage, {job}).
class Moment {
 public:
  explicit Moment(std::int64_t now_ns) : now_(at(now_ns)) {}

  Moment& released(JobId id, std::int64_t nominal_ns) { return event(JobReleased{id, at(nominal_ns)}); }
  Moment& finished(std::uint32_t slot, std::int64_t execution_ns, std::int64_t alone_ns = 0,
                   std::int64_t mret_ns = 0, std::int64_t afet_ns = 0) {
    stages_.push_back({now_ - ns(execution_ns), ns(execution_ns), ns(alone_ns), ns(mret_ns), ns(afet_ns)});
    return event(StageFinished{SlotId(slot), ns(execution_ns)});
  }
  Moment& event(Event one) {
    events_.push_back(one);
    return *this;
  }
  Moment& gap(std::int64_t until_ns, std::int64_t taken_ns) {
    gaps_.push_back({at(until_ns), ns(taken_ns)});
    return *this;
  }
  Moment& admit(JobId id) { return decision(AdmitJob{id, ContextId(0)}); }
  Moment& reject(JobId id, RejectReason reason = RejectReason::kUtilization) {
    return decision(RejectJob{id, reason});
  }
  Moment& drop(JobId id) { return decision(DropJob{id, DropReason::kCertainlyLate}); }
  Moment& launch(std::uint32_t slot, std::uint32_t stage, std::vector<JobId> jobs) {
    launched_.push_back(std::move(jobs));
    return decision(LaunchStage{
        SlotId(slot), StageIndex(stage), static_cast<std::uint32_t>(launched_.back().size()), {}});
  }
  Moment& decision(Decision one) {
    decisions_.push_back(one);
    return *this;
  }

  void feed(Observer& observer) const {
    std::vector<Decision> decisions = decisions_;
    auto jobs = launched_.begin();
    for (Decision& one : decisions) {
      if (auto* launch = std::get_if<LaunchStage>(&one)) launch->jobs = *jobs++;
    }
    observer.on_step({now_, events_, decisions, stages_, gaps_});
  }

 private:
  Time now_;
  std::vector<Event> events_;
  std::vector<Decision> decisions_;
  std::vector<StageMeasurement> stages_;
  std::vector<HostGap> gaps_;
  std::vector<std::vector<JobId>> launched_;  // the jobs of each LaunchStage, in order
};

// Each task is a group of its own. The window is [100, 1100) ns.
inline RunDescription small_run(std::vector<MeasuredTask> tasks, std::uint32_t contexts = 1,
                                std::uint32_t streams = 1) {
  RunDescription run;
  for (std::uint32_t group = 0; group < tasks.size(); ++group) {
    tasks[group].group = group;
    run.groups.push_back({"task" + std::to_string(group), 1, group, {}});
  }
  run.tasks = std::move(tasks);
  run.contexts = contexts;
  run.streams = streams;
  run.window_begin = at(100);
  run.window_end = at(1100);
  return run;
}

}  // namespace daris::testing
