#include "analysis/report/schedule_comparison.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "policy/schedule_check.h"

namespace daris {

ScheduleComparison::ScheduleComparison(const RecordedSchedule& recorded, const Workload& workload,
                                       const RunDescription& run)
    : recorded_(recorded),
      window_begin_(run.window_begin),
      window_end_(run.window_end),
      slots_(std::size_t{run.contexts} * run.streams) {
  errors_.recorded = recorded.schedule.launches.size();
  for (std::uint32_t i = 0; i < errors_.recorded; ++i)
    slots_[recorded.schedule.launches[i].slot.at()].launches.push_back(i);
  make_classes(workload);
}

void ScheduleComparison::make_classes(const Workload& workload) {
  using Key = std::tuple<std::string, std::string, std::uint32_t, StageIndex>;
  std::map<Key, std::vector<std::uint32_t>> launches;
  for (std::uint32_t i = 0; i < errors_.recorded; ++i) {
    const ScheduledLaunch& launch = recorded_.schedule.launches[i];
    const TaskGroup& group = workload.group_of(jobs_of(recorded_.schedule, launch).front().task);
    launches[{group.model, std::string(to_text(group.precision)), launch.batch, launch.stage}].push_back(i);
  }
  class_of_launch_.resize(errors_.recorded);
  for (const auto& [key, of_class] : launches) {
    for (const std::uint32_t launch : of_class)
      class_of_launch_[launch] = static_cast<std::uint32_t>(errors_.stages.size());
    const auto& [model, precision, batch, stage] = key;
    errors_.stages.push_back({model, precision, batch, stage, {}, {}});
  }
}

void ScheduleComparison::on_step(const Step& step) {
  auto measured = step.stages.begin();
  const bool in_window = window_begin_ <= step.now && step.now < window_end_;
  for (const Event& event : step.events) {
    const auto* const finished = std::get_if<StageFinished>(&event);
    if (finished == nullptr) continue;
    const StageMeasurement& stage = *measured++;
    const std::optional<std::uint32_t> launch = slots_[finished->slot.at()].running;
    if (launch && in_window) compare(*launch, stage);
  }
  for (const Decision& decision : step.decisions) {
    if (const auto* launch = std::get_if<LaunchStage>(&decision)) note(*launch);
  }
}

// The policy takes a slot's launches in their order, and may leave some out.
void ScheduleComparison::note(const LaunchStage& launch) {
  Slot& slot = slots_[launch.slot.at()];
  const auto is_it = [&](std::uint32_t index) {
    const ScheduledLaunch& scheduled = recorded_.schedule.launches[index];
    const std::span<const JobId> jobs = jobs_of(recorded_.schedule, scheduled);
    return scheduled.stage == launch.stage &&
           std::find(jobs.begin(), jobs.end(), launch.jobs.front()) != jobs.end();
  };
  slot.running.reset();
  while (slot.next < slot.launches.size() && !slot.running) {
    const std::uint32_t index = slot.launches[slot.next++];
    if (is_it(index)) slot.running = index;
  }
  errors_.executed += slot.running ? 1 : 0;
}

void ScheduleComparison::compare(std::uint32_t launch, const StageMeasurement& measured) {
  const RecordedStage& recorded = recorded_.stages[launch];
  StageErrors& errors = errors_.stages[class_of_launch_[launch]];
  if (recorded.started) errors.start.record(measured.started - *recorded.started);
  if (recorded.execution) errors.duration.record(measured.execution - *recorded.execution);
}

}  // namespace daris
