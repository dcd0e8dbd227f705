#include "drive/recorded_schedule.h"

#include <utility>

namespace daris {

void ScheduleRecorder::on_step(const Step& step) {
  auto measured = step.stages.begin();
  for (const Event& event : step.events) {
    if (const auto* finished = std::get_if<StageFinished>(&event)) note_end(*finished, *measured++);
    if (const auto* failed = std::get_if<LaunchFailed>(&event)) launch_of_slot_[failed->slot.at()].reset();
  }
  builder_.take(step.now, step.decisions);
  for (const Decision& decision : step.decisions) {
    const auto* const launch = std::get_if<LaunchStage>(&decision);
    if (launch == nullptr) continue;
    launch_of_slot_[launch->slot.at()] = stages_.size();
    stages_.emplace_back();
    launched_at_.push_back(step.now);
  }
}

void ScheduleRecorder::note_end(const StageFinished& finished, const StageMeasurement& measured) {
  const std::optional<std::size_t> launch = std::exchange(launch_of_slot_[finished.slot.at()], std::nullopt);
  if (!launch) return;
  stages_[*launch].execution = finished.execution;
  // A log that lacks when a stage started has 0 for it.
  if (measured.started >= launched_at_[*launch]) stages_[*launch].started = measured.started;
}

RecordedSchedule ScheduleRecorder::take() && {
  return {std::move(builder_).build(), std::move(stages_), end_};
}

}  // namespace daris
