// Makes a Schedule from the decisions of a run, whichever policy took them.
#pragma once

#include <map>
#include <span>
#include <utility>

#include "base/time.h"
#include "policy/decision.h"
#include "policy/schedule.h"

namespace daris {

// One owner, one thread. Migrations and timers are not part of a schedule.
class ScheduleBuilder {
 public:
  // Takes all decisions of the step at `now`. A drop of a job that was never admitted is left out;
  // check_schedule() judges the rest.
  void take(Time now, std::span<const Decision> decisions);
  // The schedule of all decisions taken so far.
  [[nodiscard]] Schedule build() &&;

 private:
  void take(Time now, const LaunchStage& launch);
  void take(Time now, const DropJob& drop);
  void add(const ScheduledJob& job);

  // Sorts jobs by task, then ordinal, which is the order of Schedule::jobs.
  std::map<std::pair<TaskId, std::uint32_t>, ScheduledJob> jobs_;
  Schedule schedule_;
};

}  // namespace daris
