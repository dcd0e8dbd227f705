#include "analysis/logs/schedule_reader.h"

#include <utility>

#include <fmt/format.h>

#include "analysis/logs/event_log_reader.h"

namespace daris {

Result<RecordedSchedule> read_schedule(const std::filesystem::path& log) {
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open(log));
  const PolicySetup& setup = reader.header().setup;
  ScheduleRecorder recorder(std::size_t{setup.contexts} * setup.streams);
  std::size_t released = 0;
  LoggedStep step;
  Result<bool> more = reader.next(step);
  for (; more.ok() && more.value(); more = reader.next(step)) {
    for (const Event& event : step.events) released += std::holds_alternative<JobReleased>(event) ? 1 : 0;
    recorder.on_step({step.now, step.events, step.decisions, step.stages});
  }
  if (!more.ok()) return more.error();
  if (reader.truncated())
    return Error{log.string() + ": is cut off: there is no end line; the log of a run that ended is needed"};
  recorder.on_end(*reader.end());
  RecordedSchedule recorded = std::move(recorder).take();
  if (recorded.schedule.jobs.size() == released) return recorded;
  return Error{
      fmt::format("{}: decides upon {} of the {} jobs that it releases; all are needed (daris replay "
                  "LOG --decide makes them)",
                  log.string(), recorded.schedule.jobs.size(), released)};
}

}  // namespace daris
