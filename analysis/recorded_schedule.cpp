#include "analysis/recorded_schedule.h"

#include <utility>

#include "analysis/event_log_reader.h"

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
  // A log may lack when a stage started, and then has 0 for it.
  if (measured.started >= launched_at_[*launch]) stages_[*launch].started = measured.started;
}

RecordedSchedule ScheduleRecorder::take() && { return {std::move(builder_).build(), std::move(stages_), end_}; }

Result<RecordedSchedule> read_schedule(const std::filesystem::path& log) {
  Result<EventLogReader> reader = EventLogReader::open(log);
  if (!reader.ok()) return reader.error();
  const PolicySetup& setup = reader.value().header().setup;
  ScheduleRecorder recorder(std::size_t{setup.contexts} * setup.streams);
  std::size_t released = 0;
  LoggedStep step;
  Result<bool> more = reader.value().next(step);
  for (; more.ok() && more.value(); more = reader.value().next(step)) {
    for (const Event& event : step.events) released += std::holds_alternative<JobReleased>(event) ? 1 : 0;
    recorder.on_step({step.now, step.events, step.decisions, step.stages});
  }
  if (!more.ok()) return more.error();
  if (reader.value().truncated())
    return Error{log.string() + ": is cut off: there is no end line; the log of a run that ended is needed"};
  recorder.on_end(*reader.value().end());
  RecordedSchedule recorded = std::move(recorder).take();
  if (recorded.schedule.jobs.size() == released) return recorded;
  return Error{log.string() + ": decides upon " + std::to_string(recorded.schedule.jobs.size()) + " of the " +
               std::to_string(released) +
               " jobs that it releases; all are needed (daris replay LOG --decide makes them)"};
}

}  // namespace daris
