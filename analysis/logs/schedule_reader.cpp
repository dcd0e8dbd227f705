#include "analysis/logs/schedule_reader.h"

#include <utility>

#include "analysis/logs/event_log_reader.h"

namespace daris {

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
