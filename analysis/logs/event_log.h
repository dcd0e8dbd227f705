// The event log (schema daris.event-log): one JSON object a line. A header comes first, with all that a
// replay needs. Then come, step by step, the events that the policy was given and the decisions that it gave,
// in their order. {"end_ns": t} is the last line.
//
// All lines of one Policy::step() have the same number "step" (from 0), so that steps of the same instant
// stay apart. Times are integer nanoseconds, and stages are numbered from 1 (docs/formats.md, "Event log").
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "drive/observer.h"

namespace daris {

struct EventLogHeader;  // analysis/logs/event_log_header.h

// Writes as it observes, through a buffer. A full disk does not stop the run; close() tells of it. Threads:
// one caller at a time.
class EventLogWriter final : public Observer {
 public:
  // Creates or overwrites the file, and makes the folders on the way. "-" is standard output; that and other
  // descriptors of the process are written on. Errors: of the environment.
  [[nodiscard]] static Result<std::unique_ptr<EventLogWriter>> create(const std::filesystem::path& file,
                                                                      const EventLogHeader& header);
  ~EventLogWriter() override;
  EventLogWriter(const EventLogWriter&) = delete;
  EventLogWriter& operator=(const EventLogWriter&) = delete;

  void on_step(const Step& step) override;
  void on_end(Time end) override;

  // Writes what is left and closes the file. Errors: of the environment, if anything could not be written
  // since create().
  [[nodiscard]] Status close();

 private:
  class State;
  explicit EventLogWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace daris
